using System.Runtime.InteropServices;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Reduction;

/// <summary>A user-defined reduction.</summary>
/// <param name="name">The user's name for the reduction.</param>
/// <param name="function">Combines elements.</param>
internal sealed class DefinedReducer<T>(string name, ReductionFunction<T> function) : Reducer
    where T : unmanaged
{
    public override void Reduce(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> target)
    {
        try
        {
            function(MemoryMarshal.Cast<byte, T>(left), MemoryMarshal.Cast<byte, T>(right), MemoryMarshal.Cast<byte, T>(target));
        }
        catch (Exception exception)
        {
            throw new ReductionException($"the reduction '{name}' threw", exception);
        }
    }
}
