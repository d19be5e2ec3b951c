"""Two hints for each exercise, and a solution where a function is asked for: no notebook shows this file."""

import re
from typing import NamedTuple

__all__ = ["SOLUTIONS", "Help"]


class Help(NamedTuple):
    """What Hint and Show me say.

    hints:    two texts: where to look, then how to begin; `code` stands between backticks
    solution: the code of a right function; empty where the exercise computes its answer
    """

    hints: tuple = ()
    solution: str = ""


ENDS = """\
def differentiate(e, x):
    if e is x:
        return 1
    if isinstance(e, (int, float)) or e.operation is None:
        return 0
"""  # of every differentiate
HELP_TEXT = """\
01-1: By how much does f rise from x to x + h? A slope is that, divided by how far x went.
The rise is `f(x + h) - f(x)`; mind the brackets when you divide.
def forward(f, x, h):
    return (f(x + h) - f(x)) / h
01-2: The two points are x - h and x + h. How far are they apart?
The rise is `f(x + h) - f(x - h)`, and the way is `2 * h`, in brackets.
def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)
01-3: A sum of a·h and b/h is smallest where its derivative with respect to h, a - b/h², is 0.
Here a = 2 and b = 0.000008: h² is b/a.
01-4: Evaluate f(x) once, before the loop. For each element make a copy of x and move that one element.
`moved = list(x)`, then `moved[i] += h`; its quotient is `(f(moved) - still) / h`.
def gradient(f, x, h):
    still, slopes = f(x), []
    for i in range(len(x)):
        moved = list(x)
        moved[i] += h
        slopes.append((f(moved) - still) / h)
    return slopes
01-5: Think of two rules that meet at x = 2, such as `2 * x` and `x * x`.
Both pass at x = 2, and only one of them can be right at x = 3.
02-1: Four cases, each with a `return` of its own. Which three end at once, without another call?
x itself has the derivative 1; a number and another name have 0. A sum: `differentiate` of each operand, \
added.
""" + ENDS + """\
    return differentiate(e.parent1, x) + differentiate(e.parent2, x)
02-2: Ask first which operation it is: `if e.operation is bp.add:`, and the same for `bp.mul`.
With u and v for the operands, (uv)′ = u′v + uv′: two terms, and each keeps one factor.
""" + ENDS + """\
    u, v = e.parent1, e.parent2
    if e.operation is bp.add:
        return differentiate(u, x) + differentiate(v, x)
    return differentiate(u, x) * v + u * differentiate(v, x)
02-3: A sine has one operand only: ask for `bp.sin` before you differentiate `e.parent2`, which is None.
With u for the operand: the cosine of u, times the derivative of u.
""" + ENDS + """\
    u, v = e.parent1, e.parent2
    if e.operation is bp.sin:
        return bp.cos(u) * differentiate(u, x)
    if e.operation is bp.add:
        return differentiate(u, x) + differentiate(v, x)
    return differentiate(u, x) * v + u * differentiate(v, x)
02-4: It is a product of two functions of x, and each has its turn.
sin x + x cos x, at x = 3.
02-5: Write each part that is different once: x, 1, and what is made of them.
After x, 1 and x + 1 come the products, each a node of its own.
02-6: A name or a number ends the count: 1. Anything else is 1 and the counts of its operands.
Go through `(e.parent1, e.parent2)`, and leave out what is None.
def count(e):
    if isinstance(e, (int, float)) or e.operation is None:
        return 1
    return 1 + sum(count(operand) for operand in (e.parent1, e.parent2) if operand is not None)
03-1: A pair is a tuple: `x[0]` is its value, `x[1]` its tangent.
If x moves by x[1] and y by y[1], by how much does their sum move?
def add(x, y):
    return x[0] + y[0], x[1] + y[1]
03-2: The product moves because x moves, and because y moves.
First the tangent of x times the value of y; then the other way round; added.
def multiply(x, y):
    return x[0] * y[0], x[1] * y[0] + x[0] * y[1]
03-3: What is the slope of the sine at the value x[0]?
That slope, `bp.cos(x[0])`, times the tangent that came in.
def sine(x):
    return bp.sin(x[0]), bp.cos(x[0]) * x[1]
03-4: You have both rules already; here `x[0]` is `self.value`, and `y[1]` is `other.tangent`.
`return Dual(…, …)`: first the value, then the tangent.
class Dual:
    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def __add__(self, other):
        return Dual(self.value + other.value, self.tangent + other.tangent)

    def __mul__(self, other):
        tangent = self.tangent * other.value + self.value * other.tangent
        return Dual(self.value * other.value, tangent)
03-5: A tangent says by how much f moves if the inputs move so. What do two moves at once come to?
∂f/∂x1 · 1 + ∂f/∂x2 · 1, and you know both.
03-6: A product (a × b)(b × c) takes a · b · c multiplications.
J₃ J₂ is (1 × 10)(10 × 100); what comes out is 1 × 100, and meets J₁.
03-7: How many inputs are there, how many outputs?
One run for each input, or one sweep for each output.
03-8: What does the forward pass compute?
In which mode does a tangent travel beside each value?
04-1: b is used twice, by `a - b` and by `a * b`: there are two paths.
Over the difference: -1 times `a * b`. Over the product: a times `a - b`. Add the two.
04-2: Along one path the partials are multiplied; `math.prod(path)` does that for one path.
One product for each path, and their sum: `sum(… for path in paths)`.
import math

def add_up(paths):
    return sum(math.prod(path) for path in paths)
04-3: `x + x` has two edges to the same x: at each step a path takes one of the two.
Two ways to go on, five times over, and ways multiply.
04-4: Each use of x that leads to the result begins a path: use x three times.
In a sum of three, each addend is a path. `(x + x) * (x + x)` has four: there, paths multiply.
def three_paths(x):
    return x + x + x
05-1: The chain rule: the outer function is exp, the inner one is -x².
exp is its own derivative, so the outer factor is `out`; the inner derivative is `-2 * x`.
def gauss_partial(out, x):
    return -2 * x * out
05-2: Each operand receives g times its own local partial: differentiate x / y once for x, once for y.
The partials are 1 / y and -x / y².
def flows(g, x, y):
    return g / y, -g * x / y**2
05-3: Every operation makes one Scalar; a plain number makes none.
The operations: a power, two products, two sums. And x was there before.
05-4: Python asks the object on the left first. Whose method is that, in each of the three?
In `2 * x` it is that of an int, which does not know the class; then Python looks on the right.
05-own-1: Four lines of the form `self.value = value`. What does gradient start as?
The parents are a tuple already: keep it as it comes, no set and no list.
class Node:
    def __init__(self, value, operation="input", parents=()):
        self.value, self.gradient = value, None
        self.operation, self.parents = operation, parents
05-own-2: Compute with `x.value` and `y.value`, and make a new `Node` of the result.
`Node(x.value + y.value, "add", (x, y))` is the sum.
def add(x, y):
    return Node(x.value + y.value, "add", (x, y))

def multiply(x, y):
    return Node(x.value * y.value, "mul", (x, y))

Node.__add__, Node.__mul__ = add, multiply
05-own-3: Put a node down once all its parents are down. If it is down already, do nothing.
Begin with `done = []` and a function `visit(v)` inside: unless v is in done, visit each of `v.parents`, \
then append v. Visit `out`, and return `done`.
def order(out):
    done = []

    def visit(v):
        if v not in done:
            for parent in v.parents:
                visit(parent)
            done.append(v)

    visit(out)
    return done

Node.order = order
05-own-4: Two loops: the first sets every gradient to 0, the second goes along `reversed(order(out))`.
In the second, `for parent, partial in zip(v.parents, partials(v)):`, and one line with `+=`.
def backward(out):
    nodes = order(out)
    for v in nodes:
        v.gradient = 0.0
    out.gradient = 1.0
    for v in reversed(nodes):
        for parent, partial in zip(v.parents, partials(v), strict=True):
            parent.gradient += v.gradient * partial

Node.backward = backward
05-own-5: `getattr(x, 'value', x)` is the number of a node, and of a plain number itself. A sum and a \
product may be taken the other way round, so `__radd__` can be `add` itself.
In `order`, visit v only if `isinstance(v, Node)`. In `backward`, `if isinstance(parent, Node):` comes \
before the line with `+=`.
def number(x):
    return getattr(x, "value", x)

def add(x, y):
    return Node(number(x) + number(y), "add", (x, y))

def multiply(x, y):
    return Node(number(x) * number(y), "mul", (x, y))

def order(out):
    done = []

    def visit(v):
        if isinstance(v, Node) and v not in done:
            for parent in v.parents:
                visit(parent)
            done.append(v)

    visit(out)
    return done

def backward(out):
    nodes = order(out)
    for v in nodes:
        v.gradient = 0.0
    out.gradient = 1.0
    for v in reversed(nodes):
        for parent, partial in zip(v.parents, partials(v), strict=True):
            if isinstance(parent, Node):
                parent.gradient += v.gradient * partial

Node.__add__, Node.__radd__, Node.__mul__, Node.__rmul__ = add, add, multiply, multiply
Node.order, Node.backward = order, backward
06-1: Put down a node when all its operands are down; turned round, that list is what is asked for.
To visit a node: do nothing if it is in the list; else visit its operands, then append it. Visit `output`, \
and reverse the list.
def backward_order(output, operands):
    order = []

    def visit(node):
        if node not in order:
            for operand in operands[node]:
                visit(operand)
            order.append(node)

    visit(output)
    return order[::-1]
06-2: Start with 0 for every row and 1 for the output; then take the rows from the last to the first.
For each operand whose `x.index` is not None, add the row's adjoint times `x.partial`, by `+=`.
def sweep(run):
    adjoint = {row.index: 0.0 for row in run.rows}
    adjoint[run.output] = 1.0
    for row in reversed(run.rows):
        for x in row.operands:
            if x.index is not None:
                adjoint[x.index] += adjoint[row.index] * x.partial
    return adjoint
06-3: The sweep starts at the output, v₄. Who receives from it?
v₁ receives from v₂ and from v₃: it has its turn after both.
06-4: The output hands 1 to b and 1 to c. Then c has its turn: what does it hand to b?
`=` writes that over what b held. Then b hands on 4 times what it holds now.
07-1: Two returns, one for each slope, and `x <= 1` to choose between them.
The second piece has the slope 3 and goes through the point (1, 1): `1 + 3 * (x - 1)`.
def kinked(x):
    return x if x <= 1 else 1 + 3 * (x - 1)
07-2: Which of the two additions runs at a = -2?
`a + c` runs. Does b come up in it?
07-3: Start with 1, and multiply by x, n times.
The loop is `for _ in range(n):`, with one line in it.
def power(x, n):
    out = 1
    for _ in range(n):
        out = out * x
    return out
07-4: At 0 it returns the plain number 1, to which no path leads. Return a formula of x there.
Near 0, (eˣ - 1)/x is 1 + x/2 + …: the value 1, the slope 1/2.
def repaired(x):
    return 1 + x / 2 if x == 0 else (bp.exp(x) - 1) / x
07-5: Put the logarithm below `try:`, and the other return below `except ValueError:`.
Do not ask whether x is above 0: let `bp.log` raise.
def rescued(x):
    try:
        return bp.log(x)
    except ValueError:
        return x - 1
08-1: First the operations, 2n³ − n² with n = 1024; then the bytes of each.
16 bytes each, and 1 GiB is 2**30 bytes. You may type the whole calculation.
08-2: The result is 3 × 2. How many products does one entry take, and how many additions?
Four products, and three additions to join them: seven for each of the six entries.
08-3: The sigmoid's derivative can be written with its result alone: out · (1 - out).
Each element of g meets its own derivative: multiply with `*`, not with `@`.
def pull(g, out):
    return g * out * (1 - out)
08-4: What lies in an array of dtype object: numbers, or pointers to objects?
BLAS needs numbers side by side. What else can multiply two objects?
08-5: Write down both partials of each. Which of them have an array in them?
`x * w` has w and x, and `exp(x)` its own result. And a sum?
09-1: Two inputs, three outputs: in the notes' layout that is two rows of three.
The first row has the partials with respect to x1: x2, 1, 2·x1. Put in 3 and 2.
09-2: An input adds up what comes back from all outputs. In this layout an input is a column.
The first input receives 1·2 + 0·1.
09-3: An output adds up what comes from all inputs. In this layout an output is a column.
The first output changes by 2·1 + 4·3.
09-4: 128 · 784 numbers go in, as many come out, and there is an entry for each pair.
That number squared, times 4 bytes; 1 GiB is 2**30 bytes. You may type the whole calculation.
09-5: A g with a single 1 in it asks about one output alone: `pull` then returns one column.
The rows of `np.eye(outputs)` are such vectors. What `pull` makes of them are columns, not rows.
def jacobian_of(pull, inputs, outputs):
    return np.stack([pull(unit) for unit in np.eye(outputs)], axis=1)
09-6: The Jacobian is diag(s) - s s′. Applied to g: s ⊙ g, less s times one number. Which number?
It is the sum of s · g, one for each row: `(s * g).sum(axis=-1, keepdims=True)`.
def softmax_pull(s, g):
    return s * (g - (s * g).sum(axis=-1, keepdims=True))
09-7: Write it down for three numbers: into which sums does x_1 go, into which x_3?
x_1 goes into all three, so its row is 1 1 1; x_3 goes into the last one only.
10-1: Which of them can be multiplied at all? The inner lengths must be equal.
W is 3 × 2. So the 5 is the inner length: X must be transposed.
10-2: A gradient has the shape of its variable: here W's, 2 × 3.
The 5 of the batch is the inner length: (2 × 5)(5 × 3).
10-3: Each gradient has the shape of its matrix, and is a product of G with the other matrix.
The batch is gone from dW, so it is the inner length there: `X.T @ G`. And dX, of G and W?
def pull(X, W, G):
    return G @ W.T, X.T @ G
10-4: What stands beside X′ in the trace, once X′ has been moved to the front?
A′ G. The first row of A′ is the first column of A: 1 0.
10-5: Each product A X[i] hands G[i] X[i]′ back to A. What happens to what comes from several uses?
`X.swapaxes(-1, -2)` transposes every X[i], `.sum(axis=0)` adds over the batch. X[i] gets A′ G[i].
def shared_pull(A, X, G):
    return (G @ X.swapaxes(-1, -2)).sum(axis=0), A.T @ G
10-6: Each entry of the Jacobian is one multiplication. How many entries are there?
n⁴ against n³, with n = 100.
11-1: b was copied to each of the three rows. What was copied forward is summed backward.
Add down the columns of G: one number for each of the two biases.
11-2: One b serves all rows, and what comes back from its uses is added. Which axis counts the rows?
`G.sum(axis=0)` goes down the rows.
def bias_pull(G):
    return G.sum(axis=0)
11-3: x is used on both sides of the plus: once as a column, once as a row.
As a column each element is copied to 40 entries, as a row to 40 entries; all are added.
11-4: A mean is a sum, divided by the number of elements. How many are there?
Each element receives what m has received, divided by that number.
11-5: Only the maximum has a say. Two are equal here: section 5 says what the package does then.
The first of the two receives everything.
11-6: It is p less the one-hot row, as in section 8.
Classes are counted from 0, so label 1 is the second: take 1 off there.
11-7: First the softmax of each row; take its largest logit off before `exp`, or that overflows.
Take 1 off at each label, `p[np.arange(len(p)), labels] -= 1`, and divide by the number of rows.
def cross_entropy_pull(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)
11-8: Two kinds of axes were copied: those added in front, and those of length 1 that were stretched.
Sum over axis 0 while g has more axes than `shape`; then sum each axis where `shape` has a 1, with \
`keepdims=True`.
def unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g
12-1: First the derivative of (w - 3)² with respect to w, as a number at w = 4.6.
It is 2 (w - 3) = 3.2. The step takes 0.15 times that away from w.
12-2: The mean loss of all is the mean of the three mean losses, since the batches are equally large.
The derivative of a mean is the mean of the derivatives.
12-3: Make new weights from the old ones: the old ones are still wanted by whoever gave them to you.
The step is the rate times the gradient, and it is subtracted.
def step(W, gradient, rate):
    return W - rate * gradient
13-1: Write the first lines forward: v1 = x * x, v2 = v1 * x. 20 factors take 19 of them.
The seed is one line. Then each product hands on to both of its operands.
13-2: A program is run only after a second recording has given the same one.
There are two ways, and each is recorded in two calls; all the others run a program.
"""  # for each key two hints, a line each, and the code of a right function


def read_help(text):
    """{key: Help} of such a text."""
    found = {}
    for part in re.split(r"^(?=\d\d-)", text, flags=re.MULTILINE)[1:]:
        key, _, told = part.strip().partition(": ")
        first, second, *code = told.split("\n")
        found[key] = Help((first, second), "\n".join(code))
    return found


SOLUTIONS = read_help(HELP_TEXT)
