using System.Runtime.InteropServices;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Reduction;

/// <summary>A user-defined reduction.</summary>
/// <param name="name">The user's name for the reduction, used in error messages.</param>
/// <param name="function">The user's code; an exception that it throws becomes a <see cref="ReductionException"/>.</param>
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
