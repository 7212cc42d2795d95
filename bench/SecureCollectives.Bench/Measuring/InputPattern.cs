namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// The input of each rank at each position: whole numbers below 1024 that differ between neighbours and between ranks, so that an element
/// from the wrong position or rank is detected. Their sums stay below 2^24 for up to 16384 ranks, the largest world; float32 represents
/// these exactly, in any order of summation.
/// </summary>
internal static class InputPattern
{
    // Multiplicative hashing (Knuth, The Art of Computer Programming, volume 3, 6.4): the upper bits of a product with an odd constant are
    // well mixed.
    private const uint PositionMultiplier = 2_654_435_761;
    private const uint RankMultiplier = 2_246_822_519;
    private const int DiscardedBits = 22;

    public static int At(int rank, int position) =>
        (int)((((uint)position * PositionMultiplier) + ((uint)(rank + 1) * RankMultiplier)) >> DiscardedBits);

    public static void Fill(Span<float> input, int rank)
    {
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = At(rank, i);
        }
    }
}
