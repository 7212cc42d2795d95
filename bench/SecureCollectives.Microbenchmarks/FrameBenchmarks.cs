using BenchmarkDotNet.Attributes;
using SecureCollectives.Framing;

namespace SecureCollectives.Microbenchmarks;

/// <summary>Benchmarks of writing a frame's header, and of reading it with all checks.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private readonly FrameHeader _header = new(FrameKind.Data, FramePhase.ReduceScatter, 512 * 1024, 7, 3, 5, 9);

    [GlobalSetup]
    public void Prepare() => FrameWriter.WriteHeader(_header, _head);

    [Benchmark]
    public void WriteHeader() => FrameWriter.WriteHeader(_header, _head);

    [Benchmark]
    public bool ReadHeader() => FrameReader.TryReadHeader(_head, out _) == FrameReadStatus.Ok
        ? true : throw new InvalidOperationException("The header was refused.");
}
