/**
 * The nonce that this answer's policy asks of style tags. Browsers hide the attribute from scripts of others, but
 * the property can be read. Libraries that make style tags are handed it here.
 */
export const styleNonce: string =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

// Read by the scroll lock under Mantine's dialogs (get-nonce), which knows no other way.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });
