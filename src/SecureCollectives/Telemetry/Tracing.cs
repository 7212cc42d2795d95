using System.Diagnostics;

namespace SecureCollectives.Telemetry;

/// <summary>Activities of what is rare: joining, opening communicators and links. None is made while nobody listens.</summary>
internal static class Tracing
{
    public const string Join = "Join";
    public const string OpenCommunicator = "OpenCommunicator";
    public const string OpenLink = "OpenLink";
    public const string ReplaceLink = "ReplaceLink";

    /// <summary>Does something in an activity, whose status becomes an error where it throws.</summary>
    /// <param name="name">The activity's.</param>
    /// <param name="describe">Adds attributes to the activity when it begins.</param>
    /// <param name="act">What is done; it gets the activity, or null.</param>
    public static async Task<T> InAsync<T>(string name, Action<Activity> describe, Func<Activity?, Task<T>> act)
    {
        using var activity = Instruments.Source.StartActivity(name);
        if (activity is not null)
        {
            describe(activity);
        }

        try
        {
            return await act(activity).ConfigureAwait(false);
        }
        catch (Exception exception) when (Fail(activity, exception))
        {
            throw;
        }
    }

    /// <summary>
    /// The same for what goes on in the background: the activity in which the background task was started is no parent of it.
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

    /// <returns>False: the exception goes on.</returns>
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
