using System.Runtime.CompilerServices;

namespace SecureCollectives.Cli.Doctor;

/// <summary>All checks, one after the other. Those that need settings are left out where the settings cannot be read.</summary>
internal static class Examination
{
    /// <param name="read">Reads a variable of the environment; null where it is not set.</param>
    /// <param name="time">By what certificates are judged.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
