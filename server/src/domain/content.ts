/** A rendered message: what a gateway is handed. Plain data, already checked by the channel's rules. */

export interface Mailbox {
  readonly address: string;
  /** "" when there is none. No CR, LF or NUL. */
  readonly name: string;
}

export interface EmailContent {
  readonly channel: "email";
  readonly from: Mailbox;
  readonly replyTo: Mailbox | null;
  readonly subject: string;
  /** At least one of html and text is not "". */
  readonly html: string;
  readonly text: string;
  /** Further headers, names already checked, values without line breaks. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SmsContent {
  readonly channel: "sms";
  /** "" leaves the sender to the gateway. */
  readonly from: string;
  readonly text: string;
}

export interface PushContent {
  readonly channel: "ios_push" | "android_push" | "web_push" | "inbox";
  readonly title: string;
  readonly text: string;
  readonly icon: string;
  readonly picture: string;
  readonly url: string;
  readonly requireInteraction: boolean;
  readonly payload: Readonly<Record<string, string>>;
}

export interface WebhookContent {
  readonly channel: "webhook";
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Content = EmailContent | SmsContent | PushContent | WebhookContent;
