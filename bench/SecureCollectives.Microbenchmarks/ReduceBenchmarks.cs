using BenchmarkDotNet.Attributes;
using SecureCollectives.Reduction;

namespace SecureCollectives.Microbenchmarks;

/// <summary>One chunk reduced into the caller's memory, as a ring step does it.</summary>
[MemoryDiagnoser]
public class ReduceBenchmarks
{
    private byte[] _own = [];
    private byte[] _received = [];
    private byte[] _target = [];

    [Params(4 * 1024, 64 * 1024, 128 * 1024, 512 * 1024)]
    public int Bytes { get; set; }

    /// <summary>Ones in every type's encoding: the time of an addition does not depend on its operands, but for denormal numbers, which these are not.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        (_own, _received, _target) = (new byte[Bytes], new byte[Bytes], new byte[Bytes]);
        Array.Fill(_own, (byte)0x3C);
        Array.Fill(_received, (byte)0x3C);
    }

    [Benchmark]
    public void FloatAdd() => TensorReducer<float>.For(ReduceOp.Sum).Reduce(_own, _received, _target, 0);

    [Benchmark]
    public void FloatMin() => TensorReducer<float>.For(ReduceOp.Min).Reduce(_own, _received, _target, 0);

    [Benchmark]
    public void HalfAdd() => TensorReducer<Half>.For(ReduceOp.Sum).Reduce(_own, _received, _target, 0);

    [Benchmark]
    public void HalfMin() => TensorReducer<Half>.For(ReduceOp.Min).Reduce(_own, _received, _target, 0);

    /// <summary>The last step of an average: added, then divided.</summary>
    [Benchmark]
    public void HalfAverage() => TensorReducer<Half>.For(ReduceOp.Average).Reduce(_own, _received, _target, 4);
}
