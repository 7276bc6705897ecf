/** The words of the emails about accounts. Plain text: there is nothing to click but the link that is shown. */
import type { PlainEmail } from "./mailer.ts";

export const invitationEmail = (given: {
  to: string;
  link: string;
  projectName: string;
  invitedBy: string;
}): PlainEmail => ({
  to: given.to,
  subject: `Invitation to ${given.projectName} on Carillon`,
  text: [
    `${given.invitedBy} invites you to the project ${given.projectName} on Carillon.`,
    `Open this link within seven days to accept:`,
    given.link,
    `If you did not expect this, ignore it: nothing happens without the link.`,
  ].join("\n\n"),
});

export const resetEmail = ({ to, link }: { to: string; link: string }): PlainEmail => ({
  to,
  subject: "A new password for Carillon",
  text: [
    `Somebody asked for a new password for ${to} on Carillon. Open this link within an hour to choose one:`,
    link,
    `If it was not you, ignore this: your password stays as it is.`,
  ].join("\n\n"),
});
