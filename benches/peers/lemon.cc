// LEMON's network simplex and cost scaling on an instance file: `lemon network_simplex|cost_scaling FILE` prints one
// line of JSON. The file's layout is told in rust/src/instance.rs.
//
// Network: each left sends one unit, over its arcs and on to the sink, or to the sink at its unmatched price. Where all
// lefts must be assigned and both sides are equally many, rights take one unit each and there is no sink. The static
// graph is LEMON's most compact one; what building it and the solver takes is told apart and does not count.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

namespace {

struct Instance {
  uint64_t lefts = 0, rights = 0, arcs = 0;
  std::vector<int64_t> unmatched, cost;
  std::vector<uint32_t> start, right;
};

template <typename T>
void take(std::ifstream& file, std::vector<T>& into, uint64_t count) {
  into.resize(count);
  file.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(count * sizeof(T)));
}

bool read(const char* path, Instance& instance) {
  std::ifstream file(path, std::ios::binary);
  char magic[8];
  file.read(magic, 8);
  if (!file || std::memcmp(magic, "JDPEERS1", 8) != 0) return false;
  for (uint64_t* count : {&instance.lefts, &instance.rights, &instance.arcs})
    file.read(reinterpret_cast<char*>(count), 8);
  take(file, instance.unmatched, instance.lefts);
  take(file, instance.cost, instance.arcs);
  take(file, instance.start, instance.lefts + 1);
  take(file, instance.right, instance.arcs);
  return static_cast<bool>(file);
}

using Graph = lemon::StaticDigraph;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

int fail(const char* why) {
  std::printf("{\"error\": \"%s\"}\n", why);
  return 0;
}

// Sum in 128 bits, as text: the total of prices near the bound leaves 64.
std::string text(__int128 value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value > 0);
  return digits;
}

template <typename Solver>
int solve(const Instance& instance) {
  auto begin = Clock::now();
  bool must = instance.lefts == instance.rights;
  for (int64_t price : instance.unmatched) must = must && price < 0;
  const int lefts = static_cast<int>(instance.lefts), rights = static_cast<int>(instance.rights);
  const int sink = lefts + rights;
  std::vector<std::pair<int, int>> ends;
  std::vector<int64_t> costs;
  for (int left = 0; left < lefts; ++left) {
    for (uint32_t arc = instance.start[left]; arc < instance.start[left + 1]; ++arc) {
      ends.emplace_back(left, lefts + static_cast<int>(instance.right[arc]));
      costs.push_back(instance.cost[arc]);
    }
    if (!must && instance.unmatched[left] >= 0) {
      ends.emplace_back(left, sink);
      costs.push_back(instance.unmatched[left]);
    }
  }
  const size_t from_lefts = ends.size();
  if (!must)
    for (int right = 0; right < rights; ++right) {
      ends.emplace_back(lefts + right, sink);
      costs.push_back(0);
    }
  Graph graph;
  graph.build(must ? sink : sink + 1, ends.begin(), ends.end());
  Graph::ArcMap<int> capacity(graph, 1);
  Graph::ArcMap<int64_t> cost(graph);
  // A static graph keeps the order in which its arcs came, which was by source.
  for (size_t arc = 0; arc < ends.size(); ++arc) cost[graph.arc(static_cast<int>(arc))] = costs[arc];
  Graph::NodeMap<int> supply(graph, 0);
  for (int left = 0; left < lefts; ++left) supply[graph.node(left)] = 1;
  if (must)
    for (int right = 0; right < rights; ++right) supply[graph.node(lefts + right)] = -1;
  else
    supply[graph.node(sink)] = -lefts;
  Solver solver(graph);
  solver.upperMap(capacity).costMap(cost).supplyMap(supply);
  const double build_ms = since(begin);
  begin = Clock::now();
  const auto status = solver.run();
  const double solve_ms = since(begin);
  if (status != Solver::OPTIMAL) return fail("not solved to optimality");

  std::vector<char> used(instance.rights, 0), settled(instance.lefts, 0);
  __int128 objective = 0;
  for (size_t arc = 0; arc < from_lefts; ++arc) {
    if (solver.flow(graph.arc(static_cast<int>(arc))) == 0) continue;
    objective += costs[arc];
    if (settled[ends[arc].first]++) return fail("a left is settled twice");
    if (ends[arc].second != sink && used[ends[arc].second - lefts]++) return fail("a right is taken twice");
  }
  for (char one : settled)
    if (!one) return fail("a left is not settled");
  std::printf("{\"objective\": \"%s\", \"build_ms\": %.3f, \"solve_ms\": %.3f}\n", text(objective).c_str(), build_ms,
              solve_ms);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  Instance instance;
  if (count != 3 || !read(words[2], instance)) return fail("lemon network_simplex|cost_scaling FILE");
  // Both multiply costs by about the number of nodes; what would leave 64 bits there is not their fault nor their win.
  int64_t dearest = 0;
  for (int64_t cost : instance.cost) dearest = std::max(dearest, cost);
  for (int64_t price : instance.unmatched) dearest = std::max(dearest, price);
  const __int128 scaled = static_cast<__int128>(dearest) * 64 * (instance.lefts + instance.rights + 1);
  if (scaled > INT64_MAX) return fail("amounts too large for its 64 bits");
  if (std::strcmp(words[1], "network_simplex") == 0)
    return solve<lemon::NetworkSimplex<Graph, int, int64_t>>(instance);
  return solve<lemon::CostScaling<Graph, int, int64_t>>(instance);
}
