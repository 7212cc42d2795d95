using System.Diagnostics;

namespace SecureCollectives.Telemetry;

/// <summary>
/// Creates activities for infrequent work: joining, opening communicators and links. No activity is created while nobody listens, and an
/// exception from a listener does not reach the work.
/// </summary>
internal static class Tracing
{
    public const string Join = "Join";
    public const string OpenCommunicator = "OpenCommunicator";
    public const string OpenLink = "OpenLink";
    public const string ReplaceLink = "ReplaceLink";

    /// <summary>Runs work in an activity. If the work throws, the activity's status becomes an error.</summary>
    /// <param name="name">The name of the activity.</param>
    /// <param name="describe">Adds attributes to the activity once it has started.</param>
    /// <param name="act">The work. It gets the activity, or null if there is none.</param>
    public static async Task<T> InAsync<T>(string name, Action<Activity> describe, Func<Activity?, Task<T>> act)
    {
        var outer = Activity.Current;
        var activity = Start(name, outer);
        try
        {
            if (activity is not null)
            {
                describe(activity);
            }

            return await act(activity).ConfigureAwait(false);
        }
        catch (Exception exception) when (Fail(activity, exception))
        {
            throw;
        }
        finally
        {
            Stop(activity, outer);
        }
    }

    /// <summary>
    /// Runs background work in an activity without a parent: the caller's activity may end long before the work.
    /// </summary>
    /// <inheritdoc cref="InAsync"/>
    public static async Task InBackgroundAsync(string name, Action<Activity> describe, Func<Task> act)
    {
        Activity.Current = null;
        await InAsync(name, describe, async _ =>
        {
            await act().ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    /// <returns>
    /// The activity. If a listener threw in its ActivityStarted callback, the activity is running nevertheless and other listeners may know
    /// it, so it is used. Null if nobody wants one, or a listener threw before.
    /// </returns>
    private static Activity? Start(string name, Activity? outer)
    {
        try
        {
            return Instruments.Source?.StartActivity(name);
        }
        catch (Exception)
        {
            return Activity.Current is { } started && started != outer ? started : null;
        }
    }

    /// <summary>Stops the activity. If a listener throws, the activity would otherwise remain the current one.</summary>
    private static void Stop(Activity? activity, Activity? outer)
    {
        try
        {
            activity?.Dispose();
        }
        catch (Exception)
        {
            Activity.Current = outer;
        }
    }

    /// <returns>False: the exception continues.</returns>
    private static bool Fail(Activity? activity, Exception exception)
    {
        activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
        activity?.SetTag(Attributes.Error, exception switch
        {
            MembershipException membership => membership.Error.ToString(),
            CollectiveException collective => collective.Error.ToString(),
            _ => exception.GetType().Name,
        });
        if (exception.GetBaseException() is CollectiveException { Culprit: var culprit })
        {
            activity?.SetTag(Attributes.Culprit, culprit);
        }

        return false;
    }
}
