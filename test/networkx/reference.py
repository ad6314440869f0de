"""What NetworkX says of a graph. Reads a question as JSON, writes the answer as JSON; see networkx.ts for both."""

import json
import sys
from collections import deque

import networkx as nx


def longest_path(graph, durations):
    """The length of the longest path when the vertices have durations: each edge weighs what its source takes."""
    weighted = nx.DiGraph()
    weighted.add_nodes_from(graph)
    weighted.add_weighted_edges_from((u, v, durations[u]) for u, v in graph.edges)
    weighted.add_weighted_edges_from((u, "end", durations[u]) for u in graph)
    return nx.dag_longest_path_length(weighted)


def generations(graph):
    layer_of = [0] * len(graph)
    for layer, vertices in enumerate(nx.topological_generations(graph)):
        for v in vertices:
            layer_of[v] = layer
    return layer_of


def girth(graph):
    """The number of edges of a shortest cycle: the best over all vertices of the shortest way back to them."""
    best = None
    for start in graph:
        distance = {start: 0}
        queue = deque([start])
        while queue:
            u = queue.popleft()
            for v in graph[u]:
                if v == start:
                    length = distance[u] + 1
                    best = length if best is None else min(best, length)
                elif v not in distance:
                    distance[v] = distance[u] + 1
                    queue.append(v)
    return best


def knots(graph):
    """Of every component with a cycle its lowest vertex, its size, and the length of its shortest cycle."""
    found = []
    for component in nx.strongly_connected_components(graph):
        v = min(component)
        if len(component) > 1 or graph.has_edge(v, v):
            found.append([v, len(component), girth(graph.subgraph(component))])
    return sorted(found)


question = json.load(sys.stdin)
graph = nx.DiGraph()
graph.add_nodes_from(range(question["size"]))
graph.add_edges_from(zip(question["sources"], question["targets"]))

ANSWERS = {
    "acyclic": lambda: nx.is_directed_acyclic_graph(graph),
    "layers": lambda: generations(graph),
    "longestPath": lambda: longest_path(graph, question["durations"]),
    "reduction": lambda: sorted(nx.transitive_reduction(graph).edges),
    "ancestors": lambda: [sorted(nx.ancestors(graph, v)) for v in question["vertices"]],
    "descendants": lambda: [sorted(nx.descendants(graph, v)) for v in question["vertices"]],
    "knots": lambda: knots(graph),
}

json.dump({name: ANSWERS[name]() for name in question["asked"]}, sys.stdout)
