namespace Learning;

/// <summary>
/// One worker's part of the data: points of a smooth function. Point p of the data set belongs to worker p modulo the number of workers.
/// </summary>
public sealed class SyntheticData
{
    public const int Inputs = 4;

    private const int CountOfAllWorkers = 4096;
    private const int Seed = 1998;

    private readonly float[] _inputs;
    private readonly float[] _targets;

    public SyntheticData(int rank, int workers)
    {
        Count = CountOfAllWorkers / workers;
        _inputs = new float[Count * Inputs];
        _targets = new float[Count];

        // Every worker draws all points and keeps its own.
        var random = new Random(Seed);
        for (var position = 0; position < Count * workers; position++)
        {
            float[] point = [.. Enumerable.Range(0, Inputs).Select(_ => (2 * random.NextSingle()) - 1)];
            if (position % workers == rank)
            {
                point.CopyTo(_inputs, position / workers * Inputs);
                _targets[position / workers] = MathF.Sin(2 * point[0]) + (point[1] * point[2]) - point[3];
            }
        }
    }

    /// <summary>The number of points that belong to this worker.</summary>
    public int Count { get; }

    /// <summary>Returns the points of a step and the target for each.</summary>
    public (ReadOnlyMemory<float> Inputs, ReadOnlyMemory<float> Targets) Batch(int step, int count) =>
        (_inputs.AsMemory(step * count * Inputs, count * Inputs), _targets.AsMemory(step * count, count));
}
