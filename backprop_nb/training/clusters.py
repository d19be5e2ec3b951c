"""The gradient of a batch as the sum over its parts, each computed on a worker of a Dask cluster."""

from ..arrays.trees import map_leaves
from .fitting import as_array, check_columns, on_arrays

__all__ = ["gradient_on"]


def gradient_on(client, loss, data, shards=None):
    """``value_and_grad`` of a loss on all of ``data``, cut in shards that stay on the workers of a cluster.

    client:  of ``dask.distributed``, for workers on this machine or on many
    loss:    function as for ``fit``: parameters and a batch of each column → the *mean* over its examples
    data:    columns of one length
    shards:  how many there are, or the sizes of all; one a worker if None
    returns: function: parameters → (value, gradient), each shard on a worker
    raises:  ValueError for no worker, or shards that are not the whole of ``data``

    A mean counts as many times as it has examples: Σ nᵢ gᵢ / n. The plain mean of the gᵢ is another gradient
    as soon as two shards differ in size. Where a worker dies, Dask computes its shard anew on another one.
    """
    columns = [as_array(column) for column in data]
    sizes = list_sizes(check_columns(columns), len(client.ncores()) if shards is None else shards)
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    # As the result of a task: what a worker lost, Dask can make again; what is scattered it cannot
    parts = [
        client.submit(list, [column[end - size : end] for column in columns], pure=False)
        for size, end in zip(sizes, ends, strict=True)
    ]

    def differentiate(parameters):
        tasks = [client.submit(on_shard, loss, parameters, part, pure=False) for part in parts]
        found, n = client.gather(tasks), ends[-1]
        weighted = [map_leaves(lambda g, size=size: g * (size / n), both)
                    for both, size in zip(found, sizes, strict=True)]  # fmt: skip
        return map_leaves(lambda *terms: sum(terms[1:], terms[0]), *weighted)

    return differentiate


def on_shard(loss, parameters, columns):
    """Loss and gradient of one part, as a worker computes them."""
    return on_arrays(loss)(parameters, *columns)


def list_sizes(n, shards):
    """The sizes of all shards: as given, or of so many as equal as can be.

    >>> list_sizes(7, 3), list_sizes(7, [5, 2])
    ([3, 2, 2], [5, 2])
    """
    sizes = shards
    if isinstance(shards, int):
        sizes = [n // shards + (i < n % shards) for i in range(shards)] if shards else []
    if not sizes or sum(sizes) != n or min(sizes) < 1:
        raise ValueError(
            f"shards are one example or more each and {n} together; received {shards!r}. Without any, each "
            "worker has one: client.wait_for_workers(1) waits for the first"
        )
    return list(sizes)
