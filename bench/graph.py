"""NetworkX on the graphs of bench/graph.ts. Reads a task as JSON, writes how long each part took, and the results."""

import json
import sys
import time

import networkx as nx


def timed(work):
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1_000


def build(names, waits_for, durations):
    # An edge weighs what its source takes, so the longest path ends when the last vertex starts.
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    duration_of = dict(zip(names, durations))
    for name, dependencies in zip(names, waits_for):
        for dependency in dependencies:
            graph.add_edge(dependency, name, weight=duration_of[dependency])
    return graph


def plan(names, waits_for, durations):
    graph = build(names, waits_for, durations)
    if not nx.is_directed_acyclic_graph(graph):
        raise ValueError("there is a cycle")
    layers = list(nx.topological_generations(graph))
    return layers, nx.dag_longest_path_length(graph)


def median(values):
    return sorted(values)[len(values) // 2]


task = json.load(sys.stdin)
names, waits_for, durations = task["names"], task["waitsFor"], task["durations"]
index = {name: i for i, name in enumerate(names)}
answer = {"version": nx.__version__}

if task["part"] == "plan":
    rounds = [timed(lambda: plan(names, waits_for, durations)) for _ in range(task["rounds"])]
    layers, answer["longestWait"] = rounds[0][0]
    layer_of = [0] * len(names)
    for layer, members in enumerate(layers):
        for name in members:
            layer_of[index[name]] = layer
    answer["layerOf"] = layer_of
    answer["ms"] = median([ms for _, ms in rounds])

if task["part"] == "reduction":
    graph = build(names, waits_for, durations)
    rounds = [timed(lambda: nx.transitive_reduction(graph)) for _ in range(task["rounds"])]
    answer["edges"] = sorted((index[u], index[v]) for u, v in rounds[0][0].edges)
    answer["ms"] = median([ms for _, ms in rounds])

json.dump(answer, sys.stdout)
