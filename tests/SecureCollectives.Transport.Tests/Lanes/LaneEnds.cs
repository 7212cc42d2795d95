using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Lanes;

/// <summary>Both ends of a lane, and the resources that the lane needs.</summary>
internal sealed class LaneEnds(Lane first, Lane second, Func<ValueTask>? dispose = null) : IAsyncDisposable
{
    public Lane First { get; } = first;

    public Lane Second { get; } = second;

    public async ValueTask DisposeAsync()
    {
        First.Dispose();
        Second.Dispose();
        if (dispose is not null)
        {
            await dispose();
        }
    }
}
