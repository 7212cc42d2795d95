namespace SecureCollectives.Collectives;

/// <summary>
/// Which gradients share a bucket. The backward pass makes them from the last parameter to the first, and so the buckets are filled: the
/// first bucket is the first that is complete.
/// </summary>
internal sealed class BucketLayout
{
    private readonly BucketPlace[] _places;

    /// <summary>By bucket.</summary>
    private readonly List<int> _lengths = [];

    /// <summary>By bucket.</summary>
    private readonly List<int> _parameters = [];

    /// <param name="lengths">Elements of each parameter's gradient, in the order of the forward pass.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="firstBytes">Bytes from which the first bucket takes no more gradients.</param>
    /// <param name="bytes">Bytes from which another one does not.</param>
    public BucketLayout(ReadOnlySpan<int> lengths, int elementSize, int firstBytes, int bytes)
    {
        _places = new BucketPlace[lengths.Length];
        for (var parameter = lengths.Length - 1; parameter >= 0; parameter--)
        {
            if (_lengths.Count == 0 || IsFull(_lengths[^1], lengths[parameter], elementSize, _lengths.Count == 1 ? firstBytes : bytes))
            {
                _lengths.Add(0);
                _parameters.Add(0);
            }

            _places[parameter] = new BucketPlace(_lengths.Count - 1, _lengths[^1], lengths[parameter]);
            _lengths[^1] += lengths[parameter];
            _parameters[^1]++;
        }
    }

    /// <summary>How many buckets there are.</summary>
    public int Buckets => _lengths.Count;

    /// <summary>How many parameters there are.</summary>
    public int Parameters => _places.Length;

    /// <summary>Where a parameter's gradient lies.</summary>
    public BucketPlace PlaceOf(int parameter) => _places[parameter];

    /// <summary>Elements of a bucket.</summary>
    public int LengthOf(int bucket) => _lengths[bucket];

    /// <summary>How many parameters have their gradients in a bucket.</summary>
    public int ParametersOf(int bucket) => _parameters[bucket];

    /// <summary>Also where one array could not hold the next gradient.</summary>
    private static bool IsFull(int length, int next, int elementSize, int limit) =>
        (long)length * elementSize >= limit || (long)length + next > Array.MaxLength;
}
