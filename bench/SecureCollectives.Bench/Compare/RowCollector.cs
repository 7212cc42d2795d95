using System.Collections.Concurrent;
using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Compare;

/// <summary>Keeps the rows of a run and nothing else of it.</summary>
internal sealed class RowCollector : IEventSink
{
    private readonly ConcurrentQueue<ResultRow> _rows = new();

    public IReadOnlyCollection<ResultRow> Rows => _rows;

    public void Take(BenchEvent happened)
    {
        if (happened is RowMeasured measured)
            _rows.Enqueue(measured.Row);
    }
}
