namespace SecureCollectives.Cli.Train;

/// <summary>
/// Splits the images into a training set (80 %) and a test set (20 %). The shuffle never changes, so that accuracies from different runs,
/// seeds and world sizes refer to the same images.
/// </summary>
internal sealed class DigitsSplit
{
    private const int ShuffleSeed = 1998;

    private readonly DigitsDataset _all;
    private readonly int[] _training;

    public DigitsSplit(DigitsDataset all)
    {
        _all = all;
        var order = Enumerable.Range(0, all.Count).ToArray();
        new Random(ShuffleSeed).Shuffle(order);
        _training = order[..(order.Length * 4 / 5)];
        Test = all.Select(order.AsSpan(_training.Length));
    }

    public DigitsDataset Test { get; }

    public int TrainingCount => _training.Length;

    /// <summary>
    /// Returns one rank's training images: those at positions rank, rank + size, rank + 2 size, ... The parts are disjoint and together
    /// cover every training image. Position p is row p / size of its part.
    /// </summary>
    public DigitsDataset TrainingPart(int rank, int size)
    {
        var own = new List<int>();
        for (var position = rank; position < _training.Length; position += size)
        {
            own.Add(_training[position]);
        }

        return _all.Select([.. own]);
    }
}
