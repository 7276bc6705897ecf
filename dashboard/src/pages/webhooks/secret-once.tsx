/** A signing secret in the only moment that it is shown, with how to check a signature by it. */
import { Stack } from "@mantine/core";
import { CodeBlock } from "../../components/code-block.tsx";
import { CopyField } from "../../components/copy.tsx";

const NODE = `import { createHmac, timingSafeEqual } from "node:crypto";

// header: X-Xtremepush-Signature, body: the raw bytes of the request
export function isGenuine(header, body, secret) {
  const time = /t=(\\d+)/.exec(header)?.[1] ?? "";
  const expected = createHmac("sha256", secret).update(\`\${time}.\`).update(body).digest();
  const isFresh = Math.abs(Date.now() / 1000 - Number(time)) < 300;
  // Two signatures while a secret is being replaced.
  const given = [...header.matchAll(/v1=([0-9a-f]{64})/g)].map((match) => Buffer.from(match[1], "hex"));
  return isFresh && given.some((one) => timingSafeEqual(one, expected));
}`;

const PYTHON = `import hashlib, hmac, re, time

# header: X-Xtremepush-Signature, body: the raw bytes of the request
def is_genuine(header: str, body: bytes, secret: str) -> bool:
    sent = re.search(r"t=(\\d+)", header)
    if sent is None or abs(time.time() - int(sent[1])) > 300:
        return False
    expected = hmac.new(secret.encode(), f"{sent[1]}.".encode() + body, hashlib.sha256).hexdigest()
    # Two signatures while a secret is being replaced.
    return any(hmac.compare_digest(one, expected) for one in re.findall(r"v1=([0-9a-f]{64})", header))`;

export function SecretOnce({ secret }: { readonly secret: string }) {
  return (
    <Stack>
      <CopyField label="Signing secret" value={secret} />
      <CodeBlock
        label="How to check a signature"
        samples={[
          { label: "JavaScript", code: NODE },
          { label: "Python", code: PYTHON },
        ]}
      />
    </Stack>
  );
}
