using System.Diagnostics.Metrics;

namespace SecureCollectives.Rpc;

/// <summary>
/// Guards calls that run callbacks of the application's meter and activity listeners. Exceptions from these callbacks are discarded: they
/// must not disrupt the work being measured.
/// </summary>
internal static class ListenerGuard
{
    /// <summary>Creates an instrument or an activity source, which is published to any existing listeners.</summary>
    /// <param name="create">Creates it.</param>
    /// <returns>Null if a listener threw, in which case nothing is measured with it.</returns>
    public static T? Create<T>(Func<T> create)
        where T : class
    {
        try
        {
            return create();
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Adds one to a counter, with one attribute.</summary>
    /// <param name="counter">The counter; null if it could not be created.</param>
    /// <param name="attribute">The name of the attribute.</param>
    /// <param name="value">Its value, one of a small fixed set.</param>
    public static void Count(Counter<long>? counter, string attribute, string value)
    {
        if (counter is not { Enabled: true })
        {
            return;
        }

        try
        {
            counter.Add(1, new KeyValuePair<string, object?>(attribute, value));
        }
        catch (Exception)
        {
            // Discarded: see the class summary.
        }
    }
}
