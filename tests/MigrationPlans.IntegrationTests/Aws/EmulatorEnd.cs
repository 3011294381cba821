using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The emulator of AWS goes when the last test that may need it is done.</summary>
[SetUpFixture]
public sealed class EmulatorEnd
{
    [OneTimeTearDown]
    public void End() => MotoServer.End();
}
