namespace SecureCollectives.Collectives;

/// <summary>
/// Assigns gradients to buckets. The backward pass computes them from the last parameter to the first, so buckets are filled in that order
/// and the first bucket is complete first.
/// </summary>
internal sealed class BucketLayout
{
    private readonly BucketPlace[] _places;

    /// <summary>The number of elements in each bucket.</summary>
    private readonly List<int> _lengths = [];

    /// <summary>The number of parameters in each bucket.</summary>
    private readonly List<int> _parameters = [];

    /// <param name="lengths">The number of elements in each parameter's gradient, in the order of the forward pass.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="firstBytes">The size in bytes at which the first bucket takes no more gradients.</param>
    /// <param name="bytes">The size in bytes at which every other bucket takes no more gradients.</param>
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

    /// <summary>The number of buckets.</summary>
    public int Buckets => _lengths.Count;

    /// <summary>The number of parameters.</summary>
    public int Parameters => _places.Length;

    /// <summary>Returns the place of a parameter's gradient.</summary>
    public BucketPlace PlaceOf(int parameter) => _places[parameter];

    /// <summary>Returns the number of elements in a bucket.</summary>
    public int LengthOf(int bucket) => _lengths[bucket];

    /// <summary>Returns the number of parameters whose gradients are in a bucket.</summary>
    public int ParametersOf(int bucket) => _parameters[bucket];

    /// <summary>Returns whether a bucket is full: it has reached its limit, or one array could not also hold the next gradient.</summary>
    private static bool IsFull(int length, int next, int elementSize, int limit) =>
        (long)length * elementSize >= limit || (long)length + next > Array.MaxLength;
}
