/** The first step of an import: the file. */
import { Select, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { PageHeader } from "../../components/page-header.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { FileDrop } from "./file-drop.tsx";
import { ImportSteps } from "./import-steps.tsx";

const USUAL = { delimiter: "" };
const DELIMITERS = [
  { value: "", label: "Found out from the file" },
  { value: ",", label: "Comma" },
  { value: ";", label: "Semicolon" },
  { value: "tab", label: "Tab" },
  { value: "|", label: "Bar" },
];

export default function UploadPage() {
  const [{ delimiter }, set] = useUrlState(USUAL);
  const navigate = useNavigate();
  const { path } = useProject();
  return (
    <>
      <PageHeader
        title="Import a file"
        trail={[{ label: "Imports", to: "imports" }]}
        hint="Each row becomes a person, or changes the one with the same user ID (or email, where there is no user ID)."
      />
      <Stack>
        <ImportSteps at="file" />
        <FileDrop delimiter={delimiter} onTaken={({ id }) => void navigate({ to: path(`imports/${id}`) })} />
        <Select
          label="Columns are separated by"
          data={DELIMITERS}
          value={delimiter}
          onChange={(value) => set({ delimiter: value ?? "" })}
          allowDeselect={false}
          maw={280}
        />
      </Stack>
    </>
  );
}
