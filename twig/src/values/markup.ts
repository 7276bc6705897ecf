/** Text that is already escaped (captured output, macro results); output passes it through unchanged. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
