/** Who brings addresses says whether they may be used; where no column does, the importer does it for all rows. */
import { SegmentedControl, Stack, Text } from "@mantine/core";
import { Panel } from "../../components/panel.tsx";
import { type Choices, missingConsents } from "./import-model.ts";

const ANSWERS = [
  { value: "1", label: "Yes, they subscribed" },
  { value: "0", label: "No" },
];
const NOT_SAID = { value: "", label: "Not said" };

export interface ConsentQuestionsProps {
  readonly choices: Choices;
  onChange(choices: Choices): void;
}

export function ConsentQuestions({ choices, onChange }: ConsentQuestionsProps) {
  const missing = missingConsents(choices);
  if (missing.length === 0) return null;
  return (
    <Panel
      title="Consent"
      hint="The file has addresses, but no column that says whether they may be used. Say it for all of its rows, or map a column to the subscription."
    >
      <Stack gap="md">
        {missing.map(({ consent, question }) => {
          const value = choices.constants[consent] ?? "";
          return (
            <div key={consent}>
              <Text size="sm" fw={550} mb={6} id={consent}>
                {question}
              </Text>
              <SegmentedControl
                aria-labelledby={consent}
                data={value === "" ? [NOT_SAID, ...ANSWERS] : ANSWERS}
                value={value}
                onChange={(said) =>
                  onChange({ ...choices, constants: { ...choices.constants, [consent]: said } })
                }
              />
            </div>
          );
        })}
      </Stack>
    </Panel>
  );
}
