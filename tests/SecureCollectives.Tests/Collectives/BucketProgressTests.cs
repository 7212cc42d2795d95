using SecureCollectives.Collectives;

namespace SecureCollectives.Tests.Collectives;

public sealed class BucketProgressTests
{
    /// <summary>Two parameters in each of three buckets.</summary>
    private static readonly BucketLayout Layout = new([1, 1, 1, 1, 1, 1], sizeof(float), firstBytes: 8, bytes: 8);

    /// <summary>All 720 orders in which six gradients can become ready.</summary>
    [Fact]
    public void TryMark_InAnyOrder_TakesEachBucketOnceItAndAllBeforeItAreComplete()
    {
        var progress = new BucketProgress(Layout);
        foreach (var order in Orders([.. Enumerable.Range(0, Layout.Parameters)]))
        {
            var taken = new List<int>();
            for (var i = 0; i < order.Length; i++)
            {
                Assert.True(progress.TryMark(order[i]));
                while (progress.IsNextComplete)
                {
                    taken.Add(progress.Next);
                    progress.Advance();
                }

                var marked = order[..(i + 1)];
                var complete = Enumerable.Range(0, Layout.Buckets).TakeWhile(bucket =>
                    Enumerable.Range(0, Layout.Parameters).Where(parameter => Layout.PlaceOf(parameter).Bucket == bucket)
                        .All(marked.Contains));
                Assert.Equal(complete, taken);
                Assert.Equal(order[(i + 1)..].Order(), progress.Missing);
                Assert.Equal(i + 1 == order.Length, progress.IsComplete);
            }

            progress.Reset();
        }
    }

    [Fact]
    public void TryMark_Twice_SaysSoAndCountsOnce()
    {
        var progress = new BucketProgress(Layout);

        Assert.True(progress.TryMark(5));
        Assert.False(progress.TryMark(5));
        Assert.False(progress.IsNextComplete);
        Assert.True(progress.TryMark(4));
        Assert.True(progress.IsNextComplete);
    }

    private static IEnumerable<int[]> Orders(int[] items) =>
        items.Length == 0
            ? [[]] : items.SelectMany(first => Orders([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
