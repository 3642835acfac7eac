let fields = 0;

export interface LightFieldOptions {
  /** Slot of the input; label and message take `<slot>-label` and `<slot>-message`. */
  slot: string;
  type: string;
  autocomplete: string;
  inputMode?: string;
  onInput: (input: HTMLInputElement) => void;
  onEnter: () => void;
}

/**
 * A labelled input that lives outside the shadow root and is shown through slots: browsers and
 * password managers look for fields in the page itself, and not all of them look into shadow roots.
 *
 * A page may bring its own `<input slot="handle">` inside the element, so that the field is there
 * before any script runs.
 */
export class LightField {
  readonly input: HTMLInputElement;
  readonly #label: HTMLLabelElement;
  readonly #message: HTMLElement;

  constructor(host: HTMLElement, options: LightFieldOptions) {
    fields += 1;
    const id = `keylane-field-${fields}`;
    this.input =
      host.querySelector<HTMLInputElement>(`input[slot="${options.slot}"]`) ??
      document.createElement('input');
    this.input.slot = options.slot;
    this.input.id ||= id;
    this.input.type = options.type;
    this.input.setAttribute('autocomplete', options.autocomplete);
    this.input.setAttribute('autocapitalize', 'none');
    this.input.setAttribute('autocorrect', 'off');
    this.input.spellcheck = false;
    if (options.inputMode) this.input.inputMode = options.inputMode;

    this.#label = document.createElement('label');
    this.#label.slot = `${options.slot}-label`;
    this.#label.htmlFor = this.input.id;
    this.#message = document.createElement('span');
    this.#message.slot = `${options.slot}-message`;
    this.#message.id = `${id}-message`;
    this.#message.setAttribute('aria-live', 'polite');
    this.input.setAttribute('aria-describedby', this.#message.id);

    this.input.addEventListener('input', () => {
      this.invalid = false;
      options.onInput(this.input);
    });
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) options.onEnter();
    });
    host.append(this.#label, this.input, this.#message);
  }

  set label(text: string) {
    this.#label.textContent = text;
  }

  get value(): string {
    return this.input.value.trim();
  }

  set value(text: string) {
    this.input.value = text;
  }

  /** The line under the field: a hint, or what is wrong when `invalid`. */
  describe(text: string, invalid = false): void {
    this.invalid = invalid;
    this.#message.textContent = text;
    this.#message.toggleAttribute('data-invalid', invalid);
  }

  private set invalid(invalid: boolean) {
    if (invalid) this.input.setAttribute('aria-invalid', 'true');
    else this.input.removeAttribute('aria-invalid');
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }
}
