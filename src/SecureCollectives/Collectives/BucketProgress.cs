namespace SecureCollectives.Collectives;

/// <summary>
/// Tracks which gradients of a step are ready, and which bucket is reduced next. Buckets are always reduced in index order, whatever the
/// order in which the gradients become ready.
/// </summary>
internal sealed class BucketProgress
{
    private readonly BucketLayout _layout;

    /// <summary>Indexed by parameter.</summary>
    private readonly bool[] _isReady;

    /// <summary>The number of gradients that are not ready, indexed by bucket.</summary>
    private readonly int[] _missing;

    public BucketProgress(BucketLayout layout)
    {
        _layout = layout;
        _isReady = new bool[layout.Parameters];
        _missing = new int[layout.Buckets];
        Reset();
    }

    /// <summary>The bucket to reduce next; the number of buckets when all have been taken.</summary>
    public int Next { get; private set; }

    /// <summary>Whether all gradients of the next bucket are ready.</summary>
    public bool IsNextComplete => Next < _missing.Length && _missing[Next] == 0;

    /// <summary>The parameters whose gradients are not ready, in ascending order.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(0, _isReady.Length).Where(parameter => !_isReady[parameter]);

    /// <summary>Whether all gradients are ready.</summary>
    public bool IsComplete => Array.TrueForAll(_missing, static missing => missing == 0);

    /// <summary>Marks a gradient as ready.</summary>
    /// <returns>False if it was already marked.</returns>
    public bool TryMark(int parameter)
    {
        if (_isReady[parameter])
        {
            return false;
        }

        _isReady[parameter] = true;
        _missing[_layout.PlaceOf(parameter).Bucket]--;
        return true;
    }

    /// <summary>Takes the next bucket, which must be complete.</summary>
    public void Advance() => Next++;

    /// <summary>Starts the next step.</summary>
    public void Reset()
    {
        Next = 0;
        Array.Clear(_isReady);
        for (var bucket = 0; bucket < _missing.Length; bucket++)
        {
            _missing[bucket] = _layout.ParametersOf(bucket);
        }
    }
}
