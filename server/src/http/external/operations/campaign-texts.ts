/**
 * What each field of the campaign model means, one line each, for the reference. The registry in the domain says
 * what a field may hold; a test holds the two together.
 */
export const CAMPAIGN_TEXTS: Readonly<Record<string, string>> = {
  id: "The campaign. Made by the platform.",
  project_id: "The project. Taken from the credential, never from the body.",
  status: "0 draft, 1 live, 2 stopped, 3 past, 4 closed.",
  create_time: "When the campaign was created.",
  update_time: "When the campaign was last changed.",
  activate_time: "When the campaign last went live; null before that.",
  deactivate_time: "When the campaign was last stopped; null before that.",
  title: "The campaign's name, for people. Needed to create one.",
  trigger:
    "What sets it off: 0 send/campaign or schedule/campaign, 1 place, 2 event, 3 execute/campaign. Places and events set nothing off yet.",
  type: "Kind in the old syntax: 0 simple, 1 place, 2 in-app. Kept and shown, without effect.",
  active: "1 puts the campaign live, 0 stops it. Without it a new campaign is a draft.",
  broadcast:
    "1: send/campaign and schedule/campaign send it to everybody. An execute call always names its targets.",
  promotion_id: "The promotion it belongs to. Kept and shown, without effect.",
  locations: "Ids of places for trigger 1. Kept and shown, without effect.",
  tokenArray:
    "Push tokens that send/campaign and schedule/campaign send it to. Without effect on execute/campaign.",
  webhook_connections: "Connections that hear of this campaign. Not served yet: a value is refused.",
  postback_url: "An address that hears of this campaign. Not served yet: make a webhook connection instead.",
  postback_events: "The events for postback_url. Not served yet: make a webhook connection instead.",
  ios_push: "Send to iOS devices.",
  android_push: "Send to Android devices.",
  web_push: "Send to browsers.",
  inbox: "Put a message into the app's inbox.",
  email: "Send an email.",
  webhook: "Call an HTTP address for each person.",
  sms: "Send a text message.",
  ios_push_production: "iOS: to production builds. Kept and shown; the device's own token decides.",
  ios_push_sandbox: "iOS: to development builds. Kept and shown; the device's own token decides.",
  conditions: "The audience in the segment grammar. Not evaluated yet: a value is refused.",
  retry_for:
    "How long delivery is tried, in units of retry_for_period; a year at most, a day when not given. Then: expired.",
  retry_for_period: "The unit of retry_for, needed with it.",
  end_time:
    "When the campaign ends by itself: Unix seconds or a time with a zone. Later calls are refused; what was accepted before is delivered.",
  on_unknown:
    "When a provider's answer is lost and it cannot be asked: retry (may send twice) or hold (stays unknown).",
  push_title: "Title of the push. A template.",
  push_text: "Text of the push. A template. `text` is its old name.",
  push_icon: "Address of the icon. A template.",
  push_picture_type: "How push_picture is given. The API knows addresses only.",
  push_picture: "Address of the large picture. A template.",
  url: "What opens on tap: an address or a deep link. A template.",
  url_browser: "Open url in the app's own view (0) or in the browser (1). Kept and shown, not sent yet.",
  page: "HTML shown on tap. A template. Kept and shown, not sent yet.",
  payload_add:
    "Further pairs for the app, such as a deep link. A call's pairs are added to the campaign's; its own win.",
  push_require_interaction: "Web push: stay on screen until the person acts.",
  inbox_style: "How the inbox shows it. Kept and shown, not sent yet.",
  inbox_image: "Address of the card's picture. A template. Kept and shown, not sent yet.",
  inbox_background_color: "The card's background. Kept and shown, not sent yet.",
  inbox_title_background_color: "The background of the card's title. Kept and shown, not sent yet.",
  inbox_expire_for: "How long the inbox keeps it, in units of inbox_expire_for_period. Not applied yet.",
  inbox_expire_for_period: "The unit of inbox_expire_for, needed with it.",
  email_subject: "Subject. A template; line breaks become spaces.",
  email_from: "Sender's address. A template. The instance's own sender when not given.",
  email_from_name: "Sender's name. A template.",
  email_reply_to: "Where replies go; the sender when not given. A template.",
  email_reply_to_name: "The name beside email_reply_to. A template.",
  email_html: "HTML part. A template; values are escaped for HTML.",
  email_mjml:
    "MJML that email_html is compiled from when the campaign is saved. email_html without it takes its place.",
  email_inline_css: "1 moves the rules of style sheets into style attributes when email_html is saved.",
  email_text: "Plain text part. A template. One of email_html and email_text is needed.",
  email_preheader: "The text that mail clients show beside the subject. A template.",
  email_unsubscribe_header: "Add List-Unsubscribe. Not served yet: 1 is refused.",
  webhook_url: "The http or https address that is called. A template; values are escaped for URLs.",
  webhook_method: "HTTP method; POST when not given.",
  webhook_body_type: "What webhook_body holds; json when not given. query: it is added to the address.",
  webhook_body: "The body. A template; values are escaped by webhook_body_type.",
  webhook_headers: "Further request headers. Their values are templates.",
  sms_from: "Sender: 3 to 11 characters, or a number. A template.",
  sms_text: "The text. A template.",
  ignore_subscription: "Send also to people who did not subscribe to the channel: for service messages only.",
};

/** The channel of each message type, for people. */
export const MESSAGE_TYPE_TITLES: Readonly<Record<number, string>> = {
  1: "iOS push",
  2: "Android push",
  3: "Web push",
  6: "Inbox",
  7: "Email",
  8: "Webhook",
  9: "SMS",
};
