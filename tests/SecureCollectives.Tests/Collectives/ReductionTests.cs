using System.Runtime.InteropServices;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>User-defined reductions, and sums of pre-scaled elements.</summary>
public sealed class ReductionTests
{
    private const int Length = 5003;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Gets the worlds: ranks, and the largest operation, in bytes, that uses recursive doubling.</summary>
    public static TheoryData<int, int> Worlds => new()
    {
        { 1, 0 },
        { 2, 0 },
        { 3, 0 },
        { 4, 64 * 1024 },
        { 7, 64 * 1024 },
    };

    /// <summary>Finds the rank with the greatest element, which no built-in operator does.</summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_DefinedOverStructs_CombinesThem(int size, int small)
    {
        await using var group = MemoryGroup.Create(size, chunkBytes: 4096, smallBytes: small);
        var greatest = ReduceOp.Define<Place>("greatest", static (left, right, result) =>
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = left[i].Value > right[i].Value || (left[i].Value == right[i].Value && left[i].Rank < right[i].Rank)
                    ? left[i] : right[i];
            }
        });
        await group.RunAsync(async member =>
        {
            var places = Places(member.Rank);
            await member.AllReduceAsync<Place>(places, greatest);
            var all = Enumerable.Range(0, size).Select(Places).ToArray();
            Assert.Equal(Enumerable.Range(0, Length).Select(
                i => all.Select(ofRank => ofRank[i]).OrderByDescending(place => place.Value).ThenBy(place => place.Rank).First()), places);
        });

        static Place[] Places(int rank)
        {
            var random = new Random(rank);
            return [.. Enumerable.Range(0, Length).Select(_ => new Place(random.Next(10), rank))];
        }
    }

    /// <summary>A non-commutative reduction: ranks that compute the same result independently use the same left operand.</summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_DefinedAndNotSymmetric_SameBitsOnAllRanks(int size, int small)
    {
        await using var group = MemoryGroup.Create(size, chunkBytes: 4096, smallBytes: small);
        var results = new double[size][];
        var lopsided = ReduceOp.Define<double>("lopsided", static (left, right, result) =>
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = (left[i] * 1.5) + right[i];
            }
        });
        await group.RunAsync(async member =>
        {
            results[member.Rank] = [.. Reference.Rough(member.Rank, Length).Select(value => (double)value)];
            await member.AllReduceAsync<double>(results[member.Rank], lopsided);
        });
        Assert.All(results, result => Assert.Equal(MemoryMarshal.AsBytes<double>(results[0]), MemoryMarshal.AsBytes<double>(result)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    public async Task AllReduce_ReductionThrows_FailsEverywhereNamingTheRank(int small)
    {
        const int Thrower = 2;
        await using var group = MemoryGroup.Create(3, smallBytes: small);
        var thrown = new NotSupportedException("no elephants");
        var failures = await Task.WhenAll(group.Members.Select(member => Assert.ThrowsAsync<CollectiveException>(async () =>
        {
            var fragile = ReduceOp.Define<int>("fragile", (left, _, result) =>
            {
                if (member.Rank == Thrower)
                {
                    throw thrown;
                }

                left.CopyTo(result);
            });

            // A rank whose small operation has already succeeded fails at the next one.
            await member.AllReduceAsync<int>(new int[Length], fragile).AsTask().WaitAsync(Limit);
            await member.BarrierAsync().AsTask().WaitAsync(Limit);
        })));

        Assert.All(failures, failure => Assert.Equal((CollectiveError.ReductionFailed, Thrower), (failure.Error, failure.Culprit)));
        Assert.Same(thrown, failures[Thrower].InnerException);
        Assert.Contains("the reduction 'fragile' threw on rank 2: no elephants", failures[Thrower].Message, StringComparison.Ordinal);
        Assert.Contains("the user-defined reduction threw on rank 2", failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllReduce_RanksDefineDifferentReductions_ReportsTheMismatch()
    {
        await using var group = MemoryGroup.Create(2);
        var failures = await Task.WhenAll(
            group.Members.Select(member => Assert.ThrowsAsync<CollectiveException>(() => member.AllReduceAsync<int>(
            new int[Length],
                ReduceOp.Define<int>(member.Rank == 0 ? "first" : "second", static (left, _, result) => left.CopyTo(result))).AsTask()
                    .WaitAsync(Limit))));
        Assert.Contains(failures,
            failure => failure.Error == CollectiveError.CallMismatch && failure.Message.Contains("Defined", StringComparison.Ordinal));
    }

    /// <summary>
    /// Each rank scales by a different factor, out of place and in place. The factors are powers of two, so that nothing is rounded.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_PreScaledSum_SumsTheScaledInputs(int size, int small)
    {
        await using var group = MemoryGroup.Create(size, chunkBytes: 4096, smallBytes: small);
        await group.RunAsync(async member =>
        {
            var operation = ReduceOp.PreScaledSum(Factor(member.Rank));
            var (input, output) = (Reference.Input<float>(member.Rank, Length), new float[Length]);
            await member.AllReduceAsync<float>(input, output, operation);
            var expected = Enumerable.Range(0, Length)
                .Select(i => Enumerable.Range(0, size).Sum(rank => Reference.Input<float>(rank, Length)[i] * Factor(rank))).ToArray();
            Assert.Equal(expected, output);
            Assert.Equal(Reference.Input<float>(member.Rank, Length), input);

            var doubles = Reference.Input<double>(member.Rank, Length);
            member.AllReduce<double>(doubles, operation);
            Assert.Equal(expected.Select(value => (double)value), doubles);

            var halves = Reference.Input<Half>(member.Rank, Length);
            await member.AllReduceAsync<Half>(halves, operation);
            Assert.Equal(expected.Select(value => (Half)value), halves);

            BFloat16[] brains = [.. Reference.Input<float>(member.Rank, Length).Select(value => (BFloat16)value)];
            await member.AllReduceAsync<BFloat16>(brains, operation);
            Assert.Equal(expected.Select(value => (BFloat16)value), brains);
        });

        static float Factor(int rank) => rank % 2 == 0 ? .5f : 2;
    }

    [Fact]
    public void Define_InvalidNamesAndElements_AreRefused()
    {
        ReductionFunction<int> function = static (left, _, result) => left.CopyTo(result);
        Assert.Throws<ArgumentException>(() => ReduceOp.Define(string.Empty, function));
        Assert.Throws<ArgumentException>(() => ReduceOp.Define(new string('x', 256), function));
        Assert.Equal("custom", ReduceOp.Define("custom", function).ToString());
        Assert.Throws<ArgumentException>(() => ReduceOp.Define<Huge>("huge", static (left, _, result) => left.CopyTo(result)));
    }

    private readonly record struct Place(int Value, int Rank);

    [StructLayout(LayoutKind.Sequential, Size = 4097)]
    private readonly struct Huge;

    [Fact]
    public async Task AllReduce_PreScaledSumCancelledBefore_ChangesNothing()
    {
        await using var group = MemoryGroup.Create(1);
        var buffer = new[] { 1f, 2f };
        Assert.Throws<OperationCanceledException>(
            () => group.Members[0].AllReduce<float>(buffer, ReduceOp.PreScaledSum(3), new CancellationToken(canceled: true)));
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => group.Members[0].AllReduceAsync<float>(buffer, ReduceOp.PreScaledSum(3), new CancellationToken(canceled: true)).AsTask());
        Assert.Equal([1f, 2f], buffer);
    }
}
