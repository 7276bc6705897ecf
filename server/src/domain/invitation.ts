/** Invitations: their links' tokens name the project, as access tokens do; whether it is one, only its hash tells. */
const TOKEN = /^cin_([1-9]\d{0,9})_[0-9A-Za-z]+$/;
const MAX_PROJECT_ID = 2 ** 31 - 1;

export const invitationPrefix = (projectId: number): string => `cin_${projectId}_`;

/** The project that a token names; null for what is no invitation's token. */
export function projectOfInvitation(token: string): number | null {
  const projectId = Number(TOKEN.exec(token)?.[1] ?? Number.NaN);
  return projectId <= MAX_PROJECT_ID ? projectId : null;
}
