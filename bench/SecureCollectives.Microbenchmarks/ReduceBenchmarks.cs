using BenchmarkDotNet.Attributes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Microbenchmarks;

/// <summary>Benchmarks of reducing one chunk into the caller's memory, as a ring step does.</summary>
[MemoryDiagnoser]
public class ReduceBenchmarks
{
    private static readonly Reducer FloatSum = ReduceOp.Sum.ReducerOf<float>();
    private static readonly Reducer FloatLeast = ReduceOp.Min.ReducerOf<float>();
    private static readonly Reducer HalfSum = ReduceOp.Sum.ReducerOf<Half>();
    private static readonly Reducer HalfLeast = ReduceOp.Min.ReducerOf<Half>();
    private static readonly Reducer HalfMean = ReduceOp.Average.ReducerOf<Half>();
    private static readonly Reducer BFloat16Sum = ReduceOp.Sum.ReducerOf<BFloat16>();
    private static readonly Reducer BFloat16Least = ReduceOp.Min.ReducerOf<BFloat16>();
    private static readonly Reducer BFloat16Mean = ReduceOp.Average.ReducerOf<BFloat16>();

    private byte[] _own = [];
    private byte[] _received = [];
    private byte[] _target = [];

    [Params(4 * 1024, 64 * 1024, 128 * 1024, 512 * 1024)]
    public int Bytes { get; set; }

    /// <summary>
    /// Fills the inputs with an ordinary number in every type's encoding. The time of an addition does not depend on its operands, unless
    /// they are denormal.
    /// </summary>
    [GlobalSetup]
    public void Prepare()
    {
        (_own, _received, _target) = (new byte[Bytes], new byte[Bytes], new byte[Bytes]);
        Array.Fill(_own, (byte)0x3C);
        Array.Fill(_received, (byte)0x3C);
    }

    [Benchmark(Baseline = true)]
    public void FloatAdd() => FloatSum.Reduce(_own, _received, _target);

    [Benchmark]
    public void FloatMin() => FloatLeast.Reduce(_own, _received, _target);

    [Benchmark]
    public void HalfAdd() => HalfSum.Reduce(_own, _received, _target);

    [Benchmark]
    public void HalfMin() => HalfLeast.Reduce(_own, _received, _target);

    /// <summary>The last step of an average: add, then divide.</summary>
    [Benchmark]
    public void HalfAverage() => AddAndDivide(HalfMean);

    [Benchmark]
    public void BFloat16Add() => BFloat16Sum.Reduce(_own, _received, _target);

    [Benchmark]
    public void BFloat16Min() => BFloat16Least.Reduce(_own, _received, _target);

    [Benchmark]
    public void BFloat16Average() => AddAndDivide(BFloat16Mean);

    private void AddAndDivide(Reducer reducer)
    {
        reducer.Reduce(_own, _received, _target);
        reducer.Finish(_target, 4);
    }
}
