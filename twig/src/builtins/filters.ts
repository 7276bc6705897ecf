/** All filters, and those of Twig that are left out with the reason a person reads. */
import { DATE_FILTERS } from "./date-filters.ts";
import { convertEncoding } from "./encoding-filter.ts";
import { LIST_FILTERS } from "./list-filters.ts";
import { NUMBER_FILTERS } from "./number-filters.ts";
import type { FilterSpec } from "./spec.ts";
import { TEXT_FILTERS } from "./text-filters.ts";

export const FILTERS: ReadonlyMap<string, FilterSpec> = new Map<string, FilterSpec>([
  ...TEXT_FILTERS,
  ...LIST_FILTERS,
  ...NUMBER_FILTERS,
  ...DATE_FILTERS,
  ["convert_encoding", convertEncoding],
]);

const INTL_EXTRA = "it belongs to the Intl extension";
const STRING_EXTRA = "it belongs to the String extension";
const MARKUP_EXTRA = "messages are converted when they are saved, not for each person";
const HTML_EXTRA = "it belongs to the HTML extension";

export const LEFT_OUT_FILTERS: ReadonlyMap<string, string> = new Map([
  ["u", STRING_EXTRA],
  ["slug", STRING_EXTRA],
  ["plural", STRING_EXTRA],
  ["singular", STRING_EXTRA],
  ["data_uri", HTML_EXTRA],
  ["html_attr_merge", HTML_EXTRA],
  ["html_attr_type", HTML_EXTRA],
  ["country_name", INTL_EXTRA],
  ["currency_name", INTL_EXTRA],
  ["currency_symbol", INTL_EXTRA],
  ["language_name", INTL_EXTRA],
  ["locale_name", INTL_EXTRA],
  ["timezone_name", INTL_EXTRA],
  ["format_currency", `${INTL_EXTRA}; use "number_format"`],
  ["format_number", `${INTL_EXTRA}; use "number_format"`],
  ...["currency", "decimal", "duration", "ordinal", "percent", "scientific", "spellout"].map(
    (style): [string, string] => [`format_${style}_number`, `${INTL_EXTRA}; use "number_format"`],
  ),
  ["format_date", `${INTL_EXTRA}; use "date"`],
  ["format_datetime", `${INTL_EXTRA}; use "date"`],
  ["format_time", `${INTL_EXTRA}; use "date"`],
  ["inky_to_html", MARKUP_EXTRA],
  ["inline_css", MARKUP_EXTRA],
  ["markdown_to_html", MARKUP_EXTRA],
  ["html_to_markdown", MARKUP_EXTRA],
]);
