using System.Runtime.CompilerServices;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Runs all checks in turn. Checks that need the worker's settings are skipped if the settings are unusable.</summary>
internal static class Examination
{
    /// <param name="read">Returns the value of an environment variable; null if it is not set.</param>
    /// <param name="time">The clock by which certificates are judged.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    public static async IAsyncEnumerable<Finding> RunAsync(
        Func<string, string?> read, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (options, settings) = SettingsCheck.Examine(read);
        foreach (var finding in settings)
        {
            yield return finding;
        }

        if (options is not null)
        {
            foreach (var finding in IdentityCheck.Examine(options, time))
            {
                yield return finding;
            }
        }

        yield return ClockCheck.Examine(time);
        if (options is { WorldSize: > 1 })
        {
            await foreach (var finding in NetworkCheck.ExamineAsync(options, cancellationToken).ConfigureAwait(false))
            {
                yield return finding;
            }
        }

        foreach (var finding in CipherCheck.Examine(options).Concat(SystemCheck.Examine(options)))
        {
            yield return finding;
        }
    }
}
