"""The LaTeX of tables and graphs, a small part of LaTeX, as MathML, which a browser renders without help."""

import re
from html import escape

__all__ = ["mathml"]

TOKEN = re.compile(r"\\char\d+\s?|\\mathrel\{\+\}=|\\[A-Za-z]+\s?|\\.|[A-Za-z]|\d[\d.]*|\s+|.", re.DOTALL)
MATHML_OPERATORS = {
    r"\odot": "⊙", r"\cdot": "·", r"\times": "×", r"\otimes": "⊗", r"\oslash": "⊘", r"\ldots": "…",
    r"\sum": "∑", r"\prod": "∏", r"\langle": "⟨", r"\rangle": "⟩", r"\lVert": "‖", r"\rVert": "‖",
    r"\vert": "|", r"\ne": "≠", r"\bmod": "mod", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈",
    r"\rceil": "⌉", r"\partial": "∂", r"\mathrel{+}=": "+=", "'": "′", "-": "−",
}  # fmt: skip
MATHML_LETTERS = {r"\infty": "∞", r"\sigma": "σ"}
SPACES = {r"\,": "0.17em", r"\;": "0.28em", r"\ ": "0.35em", r"\quad": "1em"}
UPRIGHT = {r"\operatorname", r"\text", r"\mathrm"}
STRETCHY = {r"\left", r"\right"}
ESCAPED = {r"\textbackslash": "\\", r"\char94": "^", r"\char126": "~"}


def mathml(latex):
    r"""A formula as a <math> element, a string.

    latex:  what ``formula_latex``, ``vjp_latex`` and ``Step.latex`` give; a command that is not known is
            shown by its name, so that nothing gets lost

    >>> mathml(r"v_{0}'")
    '<math><mrow><msubsup><mi>v</mi><mrow><mn>0</mn></mrow><mo>′</mo></msubsup></mrow></math>'
    """
    tokens = TOKEN.findall(latex)
    tokens.reverse()  # the next one is the last: popped cheaply
    parts = []
    while tokens:  # a brace too many ends a row early
        parts.append(parse_row(tokens))
    return f"<math>{''.join(parts)}</math>"


def parse_row(tokens):
    """MathML of what comes before a closing brace, in one <mrow>."""
    parts = []
    while tokens:
        token = next_token(tokens)
        if token == "}":
            break
        if token in ("_", "^") and parts:
            parts.append(add_script(token, parts.pop(), tokens))
        elif token == "'" and parts:
            parts.append(add_prime(parts.pop()))
        elif token:
            parts.append(parse_atom(token, tokens))
    return f"<mrow>{''.join(parts)}</mrow>"


def next_token(tokens):
    """The next token; white space, which means nothing in a formula, as an empty string."""
    token = tokens.pop()
    return token if token == "\\ " else token.strip()


def add_prime(base):
    """A base with a prime, above its index if it has one."""
    prime = "<mo>′</mo>"
    if base.startswith("<msub>"):
        return f"<msubsup>{base[6:-7]}{prime}</msubsup>"
    return f"<msup>{base}{prime}</msup>"


def add_script(sign, base, tokens):
    """A base with an index or a power; under a sum the index is set below."""
    inside = parse_argument(tokens)
    below = "munder" if base in ("<mo>∑</mo>", "<mo>∏</mo>") else "msub"
    tag = "msup" if sign == "^" else below
    return f"<{tag}>{base}{inside}</{tag}>"


def parse_argument(tokens):
    """The next token, or the next group in braces."""
    while tokens:
        token = next_token(tokens)
        if token == "{":
            return parse_row(tokens)
        if token:
            return parse_atom(token, tokens)
    return "<mrow></mrow>"


def parse_atom(token, tokens):
    """MathML of one token, with its arguments if it takes any."""
    if token == "{":
        return parse_row(tokens)
    if token in (r"\frac", r"\tfrac"):
        return f"<mfrac>{parse_argument(tokens)}{parse_argument(tokens)}</mfrac>"
    if token == r"\sqrt":
        return f"<msqrt>{parse_argument(tokens)}</msqrt>"
    if token in (r"\bar", r"\overline"):
        stretchy = str(token == r"\overline").lower()
        return f'<mover>{parse_argument(tokens)}<mo stretchy="{stretchy}">‾</mo></mover>'
    if token in UPRIGHT:
        return f"<mtext>{escape(parse_words(tokens))}</mtext>"
    if token in STRETCHY:
        sign = tokens.pop().strip() if tokens else ""
        return f'<mo stretchy="true">{escape(MATHML_OPERATORS.get(sign, sign.removeprefix(chr(92))))}</mo>'
    if token == r"\begin":
        return parse_matrix(tokens)
    if token in SPACES:
        return f'<mspace width="{SPACES[token]}"></mspace>'
    if token in MATHML_OPERATORS:
        return f"<mo>{MATHML_OPERATORS[token]}</mo>"
    if token in MATHML_LETTERS or (len(token) == 1 and token.isalpha()):
        return f"<mi>{MATHML_LETTERS.get(token, token)}</mi>"
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token[0] == "\\" and token[1:].isalpha():
        return f"<mi>{escape(token[1:])}</mi>"
    fixed = ' stretchy="false"' * (token in "()[]")  # only \left and \right make them grow
    return f"<mo{fixed}>{escape(token.removeprefix(chr(92)) or chr(92))}</mo>"


def parse_words(tokens):
    """The plain text of a group: what stands in \\text{…}, its escapes undone, the markup in it left out."""
    text, depth = [], 0
    while tokens:
        token = tokens.pop()
        bare = token.strip()
        if bare == "{":
            depth += 1
        elif bare == "}":
            depth -= 1
        elif bare in ESCAPED:
            text.append(ESCAPED[bare])
        elif bare in UPRIGHT or token == "\\ ":
            text.append(" " * (token == "\\ "))
        else:
            text.append(token.removeprefix("\\") if len(token) == 2 else token)
        if depth <= 0:
            break
    return "".join(text)


def parse_matrix(tokens):
    """A pmatrix as a table in parentheses, aligned equations as one without."""
    aligned = parse_words(tokens) == "aligned"
    rows = [[[]]]  # each a list of cells, each a list of tokens
    while tokens and (token := tokens.pop()).strip() != r"\end":
        if token == r"\\":
            rows.append([[]])
        elif token == "&":
            rows[-1].append([])
        else:
            rows[-1][-1].append(token)
    parse_words(tokens)
    lines = ["".join(f"<mtd>{parse_row(cell[::-1])}</mtd>" for cell in cells) for cells in rows]
    body = "".join(f"<mtr>{line}</mtr>" for line in lines)
    if aligned:
        return f'<mtable>{body}</mtable>'
    return f'<mrow><mo stretchy="true">(</mo><mtable>{body}</mtable><mo stretchy="true">)</mo></mrow>'
