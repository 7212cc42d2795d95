namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// The memory in which the regions of a schedule lie. It lives on the stack of the thread that drives the operation, so nothing stays
/// pinned.
/// </summary>
internal readonly ref struct OperationBuffers(BufferView input, BufferView output)
{
    private readonly BufferView _input = input;
    private readonly BufferView _output = output;

    public BufferView Input => _input;

    public BufferView Output => _output;

    public ReadOnlySpan<byte> Source(scoped in Region region) =>
        (region.Buffer == BufferRole.Input ? _input : _output).Slice(region.Offset, region.Length);

    /// <summary>Returns the memory of a region to write to. Only the output is ever written.</summary>
    public Span<byte> Target(scoped in Region region)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((byte)region.Buffer, (byte)BufferRole.Output, nameof(region));
        return _output.Slice(region.Offset, region.Length);
    }

    /// <summary>Copies from the input to the output. Does nothing if both are the same memory.</summary>
    public void CopyWithin(in LocalCopy copy)
    {
        const int Piece = 1 << 30; // A span cannot exceed 2 GiB.
        for (long done = 0; done < copy.Length; done += Piece)
        {
            var length = (int)Math.Min(Piece, copy.Length - done);
            _input.Slice(copy.SourceOffset + done, length).CopyTo(_output.Slice(copy.TargetOffset + done, length));
        }
    }
}
