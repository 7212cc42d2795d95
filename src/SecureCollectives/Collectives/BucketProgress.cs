namespace SecureCollectives.Collectives;

/// <summary>
/// Which gradients of a step are ready, and which bucket is to be reduced next: always in the order of the buckets, whatever the order of
/// the gradients.
/// </summary>
internal sealed class BucketProgress
{
    private readonly BucketLayout _layout;

    /// <summary>By parameter.</summary>
    private readonly bool[] _isReady;

    /// <summary>Gradients that are not ready, by bucket.</summary>
    private readonly int[] _missing;

    public BucketProgress(BucketLayout layout)
    {
        _layout = layout;
        _isReady = new bool[layout.Parameters];
        _missing = new int[layout.Buckets];
        Reset();
    }

    /// <summary>The bucket whose turn it is; as many as there are when all have been taken.</summary>
    public int Next { get; private set; }

    /// <summary>Whether that one is complete.</summary>
    public bool IsNextComplete => Next < _missing.Length && _missing[Next] == 0;

    /// <summary>The parameters whose gradients are not ready, in ascending order.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(0, _isReady.Length).Where(parameter => !_isReady[parameter]);

    /// <summary>Whether no gradient is missing.</summary>
    public bool IsComplete => Array.TrueForAll(_missing, static missing => missing == 0);

    /// <summary>A gradient is ready.</summary>
    /// <returns>False where it was already.</returns>
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

    /// <summary>The complete bucket has been taken.</summary>
    public void Advance() => Next++;

    /// <summary>Another step begins.</summary>
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
