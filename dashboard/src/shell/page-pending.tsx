/** While a page is fetched. Shown only when that takes long enough to be noticed. */
import { Center, Loader } from "@mantine/core";
import { useEffect, useState } from "react";

const NOTICED_MS = 250;

export function PagePending() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), NOTICED_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Center mih="40vh" role="status" aria-live="polite" aria-label="Loading">
      {isShown && <Loader />}
    </Center>
  );
}
