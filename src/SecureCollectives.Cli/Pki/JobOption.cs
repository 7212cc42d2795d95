using System.CommandLine;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The option <c>--job</c>: the job that the certificates are for.</summary>
internal static class JobOption
{
    public static Option<string> Create()
    {
        var job = new Option<string>("--job") { Description = "The job's name.", HelpName = "NAME", Required = true };
        job.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>() ?? "";
            if (!WorkerId.IsJob(name))
            {
                result.AddError($"--job must consist of 1 to 63 characters of a-z, 0-9, '.', '-' and '_', not '{name}'.");
            }
        });
        return job;
    }
}
