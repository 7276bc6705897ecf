/**
 * A Select that makes its list when somebody comes near it, by pointer or focus. Mantine's own draws and measures the
 * lists of all closed Selects with the page, which a page of filters feels when it opens.
 */
import { Select, type SelectProps } from "@mantine/core";
import { type FocusEvent, type PointerEvent, useState } from "react";

export function LateSelect({ onFocus, onPointerEnter, comboboxProps, ...props }: SelectProps) {
  const [isNear, setNear] = useState(false);
  const focus = (event: FocusEvent<HTMLInputElement>): void => {
    setNear(true);
    onFocus?.(event);
  };
  const enter = (event: PointerEvent<HTMLInputElement>): void => {
    setNear(true);
    onPointerEnter?.(event);
  };
  return (
    <Select
      {...props}
      comboboxProps={{ ...comboboxProps, keepMounted: isNear }}
      onFocus={focus}
      onPointerEnter={enter}
    />
  );
}
