namespace SecureCollectives.Testing.Worker;

/// <summary>
/// One thread's part of a <see cref="CrowdWork"/>: calls of many kinds and lengths on one communicator, with every result checked.
/// </summary>
/// <param name="group">The communicator, used only by this member.</param>
/// <param name="seed">Determines kinds, lengths and inputs; the same on all ranks.</param>
internal sealed class CrowdMember(Communicator group, int seed)
{
    private const int MostElements = 3000;
    private const int Kinds = 5;

    /// <summary>
    /// The number of distinct lengths. It is small because training repeats its calls. A communicator caches the schedules of several
    /// thousand different calls, and evicts them late.
    /// </summary>
    private const int Lengths = 12;

    private readonly Random _random = new(seed);
    private readonly int[] _lengths = Draw(new Random(seed));
    private readonly int[] _own = new int[MostElements * group.Size];
    private readonly int[] _all = new int[MostElements * group.Size];
    private int _call;

    /// <summary>Wrong elements so far.</summary>
    public long Wrong { get; private set; }

    /// <summary>Makes every possible call once, so that all one-time objects exist afterwards.</summary>
    public void RunEach()
    {
        foreach (var length in _lengths)
        {
            for (var kind = 0; kind < Kinds; kind++)
            {
                for (var root = 0; root < group.Size; root++, _call++)
                {
                    Call(kind, length, root);
                }
            }
        }
    }

    public void Run(int calls)
    {
        for (var last = _call + calls; _call < last; _call++)
        {
            Call(_random.Next(Kinds), _lengths[_random.Next(Lengths)], _random.Next(group.Size));
        }
    }

    private void Call(int kind, int length, int root)
    {
        switch (kind)
        {
            case 0:
                group.AllReduce<int>(Filled(length), ReduceOp.Sum);
                Check(_own, length, Sum);
                break;
            case 1:
                group.AllGather<int>(Filled(length), _all.AsSpan(0, length * group.Size));
                Check(_all, length * group.Size, index => Input(index / length, index % length));
                break;
            case 2:
                group.ReduceScatter<int>(Filled(length * group.Size), _all.AsSpan(0, length), ReduceOp.Sum);
                Check(_all, length, index => Sum((group.Rank * length) + index));
                break;
            case 3:
                group.Broadcast<int>(Filled(length), root);
                Check(_own, length, index => Input(root, index));
                break;
            default:
                group.AllToAll<int>(Filled(length * group.Size), _all.AsSpan(0, length * group.Size));
                Check(_all, length * group.Size, index => Input(index / length, (group.Rank * length) + (index % length)));
                break;
        }
    }

    /// <summary>Draws mostly short lengths, because there are many calls.</summary>
    private static int[] Draw(Random random) =>
        [.. Enumerable.Range(0, Lengths).Select(_ => random.Next(10) == 0 ? random.Next(MostElements + 1) : random.Next(64))];

    private Span<int> Filled(int length)
    {
        for (var i = 0; i < length; i++)
        {
            _own[i] = Input(group.Rank, i);
        }

        return _own.AsSpan(0, length);
    }

    private void Check(int[] result, int length, Func<int, int> expected)
    {
        for (var i = 0; i < length; i++)
        {
            Wrong += result[i] == expected(i) ? 0 : 1;
        }
    }

    private int Sum(int index)
    {
        var sum = 0;
        for (var rank = 0; rank < group.Size; rank++)
        {
            sum += Input(rank, index);
        }

        return sum;
    }

    /// <summary>Returns an input that differs for every call, position, rank and communicator.</summary>
    private int Input(int rank, int index) => unchecked((seed * 1_000_003) + (_call * 7919) + (rank * 104_729) + index);
}
