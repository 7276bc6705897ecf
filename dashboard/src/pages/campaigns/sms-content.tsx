/** An SMS: who it is from, its text, how many parts that costs, and how it looks on a phone. */
import { Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { MessagePreview } from "../../components/message-preview.tsx";
import { Panel } from "../../components/panel.tsx";
import { MESSAGE_TYPES, type SmsCount } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { IgnoreSubscription } from "./ignore-subscription.tsx";
import { LineField } from "./line-field.tsx";
import { TrialCaption } from "./trial-caption.tsx";
import { TwigField } from "./twig-field.tsx";
import { useSample } from "./use-sample.ts";

const TYPE = MESSAGE_TYPES.sms;

/** As the server's rule: printable ASCII, or a telephone number. */
const FROM = /^(?:[\x20-\x7e]{3,11}|\+?\d{3,15})$/;

function fromFault(value: string): string | undefined {
  if (value === "" || value.includes("{{") || value.includes("{%") || FROM.test(value)) return undefined;
  return "From names must be between 3 and 11 characters long, without accents or emoji.";
}

export function SmsContent() {
  const { check, editor } = useEditorPage();
  const sample = useSample("sms", { isPersonalOnly: true });
  const isFaulty = check?.templates.some((fault) => String(fault.message_type) === TYPE) ?? false;
  const from = editor.values.messages[TYPE]?.sms_from;
  const content = {
    from: typeof from === "string" ? from : "",
    text: useLast(check?.sms?.text),
    ...sample.content,
  };
  return (
    <div className={styles.columns}>
      <Panel title="SMS">
        <Stack>
          <LineField
            type={TYPE}
            name="sms_from"
            label="From name"
            placeholder="Carillon"
            description="3 to 11 characters, or a number. Empty: the sender that your gateway uses."
            faultOf={fromFault}
          />
          <TwigField
            type={TYPE}
            name="sms_text"
            label="Text"
            placeholder="Hi {{first_name|default('there')}}, your order {{order_id}} is on its way."
          />
          <PartCount count={check?.sms ?? null} isFaulty={isFaulty} />
          <IgnoreSubscription type={TYPE} />
        </Stack>
      </Panel>
      <aside aria-label="Preview of the SMS" className={styles.sticky}>
        <MessagePreview channel="sms" content={content} />
        <TrialCaption />
      </aside>
    </div>
  );
}

/** While a template has an error, what it said before stays in sight. */
function useLast(text: string | undefined): string {
  const last = useRef("");
  useEffect(() => {
    if (text !== undefined) last.current = text;
  }, [text]);
  return text ?? last.current;
}

const ONE = { gsm7: 160, ucs2: 70 };
const MANY = { gsm7: 153, ucs2: 67 };
const UNITS = { gsm7: "GSM-7", ucs2: "UCS-2, as it has characters that GSM-7 lacks" };

interface PartCountProps {
  readonly count: SmsCount | null;
  readonly isFaulty: boolean;
}

function PartCount({ count, isFaulty }: PartCountProps) {
  if (count === null) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {isFaulty ? "Parts are counted again once the error is mended." : "Parts are counted as you type."}
      </Text>
    );
  }
  const { parts, units, encoding, is_example: isExample } = count;
  const room = parts === 1 ? ONE[encoding] : MANY[encoding] * parts;
  return (
    <Text size="sm" c="dimmed" component="div" role="status">
      <b className={styles.count}>
        {parts} {parts === 1 ? "part" : "parts"}
      </b>
      {` · ${units} of ${room} characters, ${room - units} left · ${UNITS[encoding]}`}
      {isExample && " · with example values, real ones may be longer"}
    </Text>
  );
}
