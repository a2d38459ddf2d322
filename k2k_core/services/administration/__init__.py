"""Administration of a network: users, plugin settings, quarantine, verification and clean-up."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.administration import api_keys as api_keys
    from k2k_core.services.administration import audit_chain as audit_chain
    from k2k_core.services.administration import backups as backups
    from k2k_core.services.administration import maintenance as maintenance
    from k2k_core.services.administration import plugin_records as plugin_records
    from k2k_core.services.administration import plugins as plugins
    from k2k_core.services.administration import preferences as preferences
    from k2k_core.services.administration import quarantines as quarantines
    from k2k_core.services.administration import saved_views as saved_views
    from k2k_core.services.administration import sessions as sessions
    from k2k_core.services.administration import stored_secrets as stored_secrets
    from k2k_core.services.administration import users as users
else:
    __getattr__ = submodules_of(__name__)
