"""The words of the notebooks: what each means, its symbol in the notes, and where it is explained."""

from difflib import get_close_matches

from .sheets import Sheet

__all__ = ["glossary"]

TERMS = [  # word; symbol in the notes, or ""; what it means; notebook that explains it
    ("adjoint", "v̄ᵢ = ∂v₅/∂vᵢ", "how fast the output follows a value, over all paths; also: cotangent", "04"),
    ("automatic differentiation", "", "derivatives of a program, from those of its single operations", "03"),
    ("back-propagation", "", "reverse mode for one output: one sweep gives the whole gradient", "03"),
    ("batch", "X", "several examples at once, as the columns or rows of a matrix", "10"),
    ("BLAS", "", "library with fast loops over numbers that lie side by side", "08"),
    ("broadcasting", "", "copying a small array over a large one; backward, the copies are summed", "11"),
    ("carrier", "", "what a function is run on: floats, symbols, dual numbers, Scalars, Tensors", "05"),
    ("contribution", "", "the product of the local partials along one path", "04"),
    ("cross-entropy", "−log p", "loss of a classifier: minus the logarithm of the right class's share", "11"),
    ("density", "", "the part of a matrix's entries that are not 0", "09"),
    ("dual number", "v + v̇ε", "a value and its tangent, carried together", "03"),
    ("edge", "(v₅,v₃)", "from a result to one of its operands; a local partial stands on it", "04"),
    ("entry by entry", "a ⊙ x", "each entry with its partner; also: elementwise, Hadamard product", "10"),
    ("forward mode", "v̇ᵢ", "tangents travel with the values: one run an input", "03"),
    ("fused", "", "several operations as one, with one rule: shorter, and safe from overflow", "11"),
    ("gradient", "∇f", "all derivatives of one number, an array like the input", "01"),
    ("Hessian", "", "second derivatives: the Jacobian of the gradient", "09"),
    ("inner product", "⟨A, B⟩", "the sum of all aᵢⱼbᵢⱼ", "10"),
    ("Jacobian", "∂f/∂x", "all partials of many outputs; here row = input, in most texts row = output", "09"),
    ("Jvp", "J′t", "Jacobian–vector product: a change of the inputs, taken forward to the outputs", "09"),
    ("kept", "", "an array that a graph holds because the way back needs it", "08"),
    ("kink", "", "a point without a derivative, as relu has at 0; the table says which value is taken", "07"),
    ("Kronecker product", "I ⊗ A", "a matrix with a multiple of A in the place of each entry of I", "10"),
    ("level", "", "the longest way from an input; rows are numbered level by level", "04"),
    ("local partial", "∂v₅/∂v₃", "how fast one result follows one operand, as if nothing else existed", "04"),
    ("logits", "z", "the numbers that a softmax turns into shares", "11"),
    ("loss", "", "the number that says how wrong a network is; training makes it small", "01"),
    ("node", "vᵢ", "a value in the graph: an input, or what an operation gave", "04"),
    ("one-hot", "", "a 1 in one place, 0 elsewhere", "09"),
    ("operand", "", "what an operation takes", "04"),
    ("operation", "", "one step of a computation; its row in the table has its value and its partials", "04"),
    ("path", "((v₅,v₃),(v₃,v₀))", "edges, one after the other, from the output to an input", "04"),
    ("record", "", "a run as plain rows: values, operands, partials, adjoints", "04"),
    ("reverse mode", "v̄ᵢ", "adjoints, from the output back: one sweep an output", "03"),
    ("seed", "v̄₅ = 1", "the adjoint that a sweep starts with; of an array, one of its shape", "04"),
    ("sharing", "", "what stands in a formula more than once is kept once: common subexpressions", "02"),
    ("sparse", "", "mostly 0, so that it need not be stored whole", "09"),
    ("sweep", "", "one pass over all nodes; backward, it collects the adjoints", "04"),
    ("swell", "", "a derivative that is written out repeats its parts, and grows", "02"),
    ("tangent", "v̇ᵢ", "how fast a value follows one input", "03"),
    ("Tensor", "", "one node for a whole array", "08"),
    ("topological order", "", "the order of a sweep: a node hands on when everything has arrived", "06"),
    ("trace", "tr A", "the sum of the diagonal", "10"),
    ("transpose", "A′", "rows and columns exchanged; written with a prime, Aᵀ in other texts", "10"),
    ("ulp", "", "unit in the last place: how far neighbouring floats are apart", "01"),
    ("vec", "vec A", "the columns of a matrix, one below the other", "10"),
    ("vJp", "J g", "vector–Jacobian product: the gradient of the outputs, taken back to the inputs", "09"),
    ("weights", "", "the numbers of a network that training changes", "01"),
]  # fmt: skip


def glossary(*words):
    """What the words of the notebooks mean, with the notes' symbols: all of them, or those asked for.

    returns: Sheet
    raises:  ValueError for a word that is not there, with those that are near

    >>> print(glossary("seed", "vec"))
    Glossary
      word  in the notes  what it is                                                           notebook
      seed  v̄₅ = 1        the adjoint that a sweep starts with; of an array, one of its shape  04
      vec   vec A         the columns of a matrix, one below the other                         10
    """
    table = {term[0].lower(): term for term in TERMS}
    for word in words:
        if word.lower() not in table:
            near = get_close_matches(word.lower(), table, n=3) or list(table)
            raise ValueError(f"no {word!r:.60} in the glossary; there is {', '.join(near)}")
    rows = [table[word.lower()] for word in words] or TERMS
    return Sheet("Glossary", ("word", "in the notes", "what it is", "notebook"), tuple(rows))
