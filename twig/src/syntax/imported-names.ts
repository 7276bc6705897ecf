/**
 * Which names `{% from %}` has made macros where the parser stands. As in Twig, a block or a macro sees its own
 * imports and those at the top of its template, but not those of a block around it.
 */
export class ImportedNames {
  #scopes: readonly Set<string>[] = [new Set()];

  add(name: string): void {
    this.#scopes.at(-1)!.add(name);
  }

  has(name: string): boolean {
    return this.#scopes.at(-1)!.has(name) || this.#scopes[0]!.has(name);
  }

  /** Parses the body of a block or macro. */
  inside<T>(parse: () => T): T {
    return this.#during([...this.#scopes, new Set()], parse);
  }

  /** Parses a template inside the template: the body of an embed sees nothing from around it. */
  apart<T>(parse: () => T): T {
    return this.#during([new Set()], parse);
  }

  #during<T>(scopes: readonly Set<string>[], parse: () => T): T {
    const outer = this.#scopes;
    this.#scopes = scopes;
    const result = parse();
    this.#scopes = outer;
    return result;
  }
}
