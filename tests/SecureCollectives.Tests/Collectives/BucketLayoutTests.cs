using SecureCollectives.Collectives;

namespace SecureCollectives.Tests.Collectives;

public sealed class BucketLayoutTests
{
    /// <summary>Parameter 2 fills the first bucket, with 12 bytes; parameter 1 does not fill the second, with 12 of 20 bytes.</summary>
    [Fact]
    public void PlaceOf_Parameters_FillBucketsFromTheLastToTheFirst()
    {
        var layout = new BucketLayout([4, 3, 2, 1], sizeof(float), firstBytes: 12, bytes: 20);

        Assert.Equal([new(1, 3, 4), new(1, 0, 3), new(0, 1, 2), new(0, 0, 1)],
            Enumerable.Range(0, layout.Parameters).Select(layout.PlaceOf));
        Assert.Equal([3, 7], Enumerable.Range(0, layout.Buckets).Select(layout.LengthOf));
        Assert.Equal([2, 2], Enumerable.Range(0, layout.Buckets).Select(layout.ParametersOf));
    }

    [Fact]
    public void PlaceOf_ParameterLargerThanABucket_EndsTheBucketItGoesIn()
    {
        var layout = new BucketLayout([1, 1000, 1], sizeof(float), firstBytes: 8, bytes: 8);

        Assert.Equal([1, 0, 0], Enumerable.Range(0, 3).Select(parameter => layout.PlaceOf(parameter).Bucket));
    }

    /// <summary>Together, the two large parameters have more elements than an array can hold.</summary>
    [Fact]
    public void PlaceOf_MoreThanAnArrayHolds_BeginsAnotherBucket()
    {
        var layout = new BucketLayout([int.MaxValue / 2, int.MaxValue / 2, 100], 1, int.MaxValue, int.MaxValue);

        Assert.Equal([1, 0, 0], Enumerable.Range(0, 3).Select(parameter => layout.PlaceOf(parameter).Bucket));
    }

    /// <summary>
    /// For any lengths, gradients are laid out without gaps, and every bucket but the last ends with the gradient that fills it.
    /// </summary>
    [Fact]
    public void Buckets_OfRandomLengths_AreFullAndWithoutGaps()
    {
        var random = new Random(7);
        for (var run = 0; run < 200; run++)
        {
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(0, 1 << random.Next(1, 12)))];
            var (first, others) = (random.Next(1, 4000), random.Next(1, 8000));
            var layout = new BucketLayout(lengths, sizeof(double), first, others);
            var (bucket, end) = (0, 0);
            for (var parameter = lengths.Length - 1; parameter >= 0; parameter--)
            {
                var place = layout.PlaceOf(parameter);
                if (place.Bucket != bucket)
                {
                    Assert.Equal(bucket + 1, place.Bucket);
                    Assert.Equal(layout.LengthOf(bucket), end);
                    Assert.True(end * sizeof(double) >= (bucket == 0 ? first : others));
                    (bucket, end) = (place.Bucket, 0);
                }

                Assert.True(end * sizeof(double) < (bucket == 0 ? first : others));
                Assert.Equal((end, lengths[parameter]), (place.Start, place.Count));
                end += place.Count;
            }

            Assert.Equal((layout.Buckets - 1, layout.LengthOf(layout.Buckets - 1)), (bucket, end));
            Assert.Equal(lengths.Length, Enumerable.Range(0, layout.Buckets).Sum(layout.ParametersOf));
        }
    }
}
