"""Reads the LaTeX of expressions as people do, in numbers or in whatever else has the functions."""

import math
import re

__all__ = ["read_latex"]


def read_latex(latex, functions=math, number=float, **values):
    """What a formula means where its letters have these values; ``functions`` has exp, sqrt, sin, …"""
    body, _, definitions = latex.partition(r"\quad\text{where } ")
    for definition in filter(None, re.split(", (?=s_)", definitions)):
        name, _, right = definition.partition(" = ")
        values[name] = Reader(right, functions, number, values).read()
    return Reader(body, functions, number, values).read()


class Reader:
    r"""Reads LaTeX as people do: juxtaposition is a product, \bmod binds like \cdot, from the left."""

    TOKEN = re.compile(
        r"s_\{\d+\}|\\left\\lfloor|\\right\\rfloor|\\left\(|\\right\)|\\[a-z]+|\d+(?:\.\d+)?|[a-z]|[-+^{}]"
    )

    def __init__(self, latex, functions, number, values):
        assert not self.TOKEN.sub("", latex).strip(), latex
        self.tokens, self.at = [*self.TOKEN.findall(latex), "end"], 0
        self.functions, self.number, self.values = functions, number, values

    def next(self, expected=None):
        token = self.tokens[self.at]
        assert expected in (None, token), f"{token} where {expected} should be"
        self.at += 1
        return token

    def peek(self):
        return self.tokens[self.at]

    def read(self):
        value = self.sum()
        self.next("end")
        return value

    def sum(self):
        value = -self.product() if self.peek() == "-" and self.next() else self.product()
        while self.peek() in "+-":
            value = value + self.product() if self.next() == "+" else value - self.product()
        return value

    def product(self):
        value = self.power()
        while self.peek() not in ("+", "-", "}", r"\right)", r"\right\rfloor", "end"):
            if self.peek() == r"\bmod":
                self.next()
                value = value % self.power()
            else:
                if self.peek() == r"\cdot":
                    self.next()
                value = value * self.power()
        return value

    def power(self):
        if self.peek() == "e":
            self.next()
            self.next("^")
            return self.functions.exp(self.group())
        value = self.atom()
        if self.peek() == "^":
            self.next()
            value = value ** self.group()
            assert self.peek() != "^", "a double superscript"
        return value

    def group(self, left="{", right="}"):
        self.next(left)
        value = self.sum()
        self.next(right)
        return value

    def atom(self):
        token = self.peek()
        if token == r"\left(":
            return self.group(r"\left(", r"\right)")
        if token == r"\left\lfloor":
            self.next()
            self.next(r"\frac")
            value = (
                self.group() // self.group()
            )  # not floor(a / b), where a / b has rounded up to a whole number
            self.next(r"\right\rfloor")
            return value
        self.next()
        if token == r"\frac":
            return self.group() / self.group()
        if token == r"\sqrt":
            return self.functions.sqrt(self.group())
        if token.startswith("\\"):
            return getattr(self.functions, token[1:])(self.group(r"\left(", r"\right)"))
        return self.values[token] if token in self.values else self.number(token)
