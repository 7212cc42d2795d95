using System.Collections.Concurrent;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Events;

/// <summary>Collects the rows and notes of a run, and forwards its progress.</summary>
/// <param name="progress">Receives the progress; null to ignore it.</param>
internal sealed class RowCollector(Action<ProgressMade>? progress = null) : IEventSink
{
    private readonly ConcurrentQueue<ResultRow> _rows = new();
    private readonly ConcurrentQueue<string> _notes = new();

    public IReadOnlyCollection<ResultRow> Rows => _rows;

    public IReadOnlyCollection<string> Notes => _notes;

    public void Take(BenchEvent happened)
    {
        if (happened is RowMeasured measured)
        {
            _rows.Enqueue(measured.Row);
        }
        else if (happened is NoteTaken note)
        {
            _notes.Enqueue(note.Text);
        }
        else if (happened is ProgressMade made)
        {
            progress?.Invoke(made);
        }
    }
}
